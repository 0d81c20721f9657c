import { Injectable } from '@nestjs/common';

/** Ends the relay's pause. A wake-up during a round is kept for the next pause. */
@Injectable()
export class RelayWakeup {
  private isWanted = false;
  private end: (() => void) | null = null;

  wake(): void {
    this.isWanted = true;
    this.end?.();
  }

  async pause(ms: number): Promise<void> {
    if (!this.isWanted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.end = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.end = null;
    this.isWanted = false;
  }
}
