interface Group<T> {
  items: readonly T[];
  resolve: () => void;
  reject: (error: unknown) => void;
}

/** What arrives while a flush is under way is flushed together after it: many callers, few round trips. */
export class GroupCommit<T> {
  private waiting: Group<T>[] = [];
  private running: Promise<void> | null = null;

  /** One flush takes at most `limit` items, but never splits what one caller added. */
  constructor(
    private readonly limit: number,
    private readonly flush: (items: readonly T[]) => Promise<void>,
  ) {}

  /** Resolves after the flush with these items; rejects with its error. */
  add(items: readonly T[]): Promise<void> {
    if (items.length === 0) return Promise.resolve();
    const added = new Promise<void>((resolve, reject) => this.waiting.push({ items, resolve, reject }));
    this.running ??= this.run().finally(() => {
      this.running = null;
    });
    return added;
  }

  /** Resolves when nothing is waiting or under way. */
  async idle(): Promise<void> {
    while (this.running) await this.running;
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      const groups = this.take();
      try {
        await this.flush(groups.flatMap((group) => group.items));
        for (const group of groups) group.resolve();
      } catch (error) {
        for (const group of groups) group.reject(error);
      }
    }
  }

  private take(): Group<T>[] {
    let items = 0;
    const end = this.waiting.findIndex(
      (group, index) => (items += group.items.length) > this.limit && index > 0,
    );
    return this.waiting.splice(0, end === -1 ? this.waiting.length : end);
  }
}
