/**
 * Gathers what is asked for in one turn of the event loop and does it once. Nothing joins work that has begun, so the
 * work begins after each call that it serves.
 */
export class SharedTurn<T> {
  private waiting: { items: Set<T>; budgetMs: number; done: Promise<void> } | null = null;

  constructor(private readonly work: (items: ReadonlySet<T>, budgetMs: number) => Promise<void>) {}

  /** Rejects as the work does, for all that share it alike. The smallest budget is the budget of all. */
  add(items: readonly T[], budgetMs: number): Promise<void> {
    const turn = (this.waiting ??= this.begin());
    turn.budgetMs = Math.min(turn.budgetMs, budgetMs);
    for (const item of items) turn.items.add(item);
    return turn.done;
  }

  private begin() {
    // Waits until the sockets of this turn were read.
    const end = new Promise<void>((resolve) => setImmediate(resolve));
    return { items: new Set<T>(), budgetMs: Infinity, done: end.then(() => this.run()) };
  }

  private async run(): Promise<void> {
    const turn = this.waiting;
    this.waiting = null;
    if (turn) await this.work(turn.items, turn.budgetMs);
  }
}
