/** A signal that may come while no caller waits for it. It is kept for the next wait, once. */
export class Wakeup {
  private isDue = false;
  private resume: (() => void) | null = null;

  /** Bound, so that it can be passed as a listener. */
  readonly wake = (): void => {
    this.isDue = true;
    this.resume?.();
  };

  /** Resolves at the next `wake`, or after `timeoutMs`. Resolves at once if `wake` was called since the last wait. */
  async within(timeoutMs: number): Promise<void> {
    if (!this.isDue) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.max(0, timeoutMs));
        this.resume = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.resume = null;
    }
    this.isDue = false;
  }
}
