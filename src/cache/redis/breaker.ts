/** Pauses the requests to a slow Redis after a number of late answers in a row. */
export class Breaker {
  private overruns = 0;
  private openUntil = 0;

  constructor(
    private readonly limit = 3,
    private readonly pauseMs = 1_000,
  ) {}

  get isOpen(): boolean {
    return this.openUntil > 0 && performance.now() < this.openUntil;
  }

  succeeded(): void {
    this.overruns = 0;
    this.openUntil = 0;
  }

  /** After a pause, the first failure starts the next pause at once. */
  overran(): void {
    this.overruns += 1;
    if (this.overruns >= this.limit) this.openUntil = performance.now() + this.pauseMs;
  }
}
