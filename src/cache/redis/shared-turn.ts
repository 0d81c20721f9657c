/**
 * Gathers what is asked for in one turn of the event loop and does it once. Nothing joins work that has begun, so the
 * work begins after each call that it serves.
 */
export class SharedTurn<T, R = void> {
  private waiting: { items: Set<T>; budgetMs: number; result: Promise<R> } | null = null;

  constructor(private readonly work: (items: ReadonlySet<T>, budgetMs: number) => Promise<R>) {}

  /** Rejects as the work does, for all that share it alike. The smallest budget is the budget of all. */
  add(items: readonly T[], budgetMs: number): Promise<R> {
    const turn = (this.waiting ??= this.begin());
    turn.budgetMs = Math.min(turn.budgetMs, budgetMs);
    for (const item of items) turn.items.add(item);
    return turn.result;
  }

  private begin() {
    const [items, end] = [new Set<T>(), Promise.withResolvers<R>()];
    const turn = { items, budgetMs: Infinity, result: end.promise };
    // After the sockets of this turn were read, so that it serves every request that has arrived by now.
    setImmediate(() => {
      this.waiting = null;
      this.work(turn.items, turn.budgetMs).then(end.resolve, end.reject);
    });
    return turn;
  }
}
