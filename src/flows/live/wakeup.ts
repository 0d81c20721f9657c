/** Something to wait for that may happen while nothing waits: it is kept until the next wait, once. */
export class Wakeup {
  private isDue = false;
  private resume: (() => void) | null = null;

  /** Bound, so that it can be handed over as a listener. */
  readonly wake = (): void => {
    this.isDue = true;
    this.resume?.();
  };

  /** Resolves at the next `wake`, at once where one came since the last wait, or after `timeoutMs`. */
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
