/**
 * Shares a query whose answer must not be older than the request for it. Callers that arrive while one is under way
 * share the next one, so that a burst costs two queries.
 */
export class SharedQuestion<T> {
  private current: Promise<T> | null = null;
  private next: Promise<T> | null = null;

  constructor(private readonly put: () => Promise<T>) {}

  ask(): Promise<T> {
    if (!this.current) return this.begin();
    this.next ??= this.current.then(
      () => this.begin(),
      () => this.begin(),
    );
    return this.next;
  }

  private begin(): Promise<T> {
    this.next = null;
    const asked = this.put();
    this.current = asked;
    const end = (): void => {
      if (this.current === asked) this.current = null;
    };
    asked.then(end, end);
    return asked;
  }
}
