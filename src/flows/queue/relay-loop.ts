import { Logger } from '@nestjs/common';

import { StoreUnavailable } from '../../stores/store-unavailable.js';
import type { RelayWakeup } from './relay-wakeup.js';

/** Repeats a step until it is stopped: at once while there is work, otherwise after a pause that a wake-up can end. */
export class RelayLoop {
  private readonly logger: Logger;
  private running: Promise<void> | null = null;
  private isStopping = false;

  /** `step` returns how many milliseconds to pause after it. After a failed step the pause is `againMs`. */
  constructor(
    name: string,
    private readonly wakeup: RelayWakeup,
    private readonly againMs: number,
    private readonly step: () => Promise<number>,
  ) {
    this.logger = new Logger(name);
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Stops after the step under way. */
  async stop(): Promise<void> {
    this.isStopping = true;
    this.wakeup.wake();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.isStopping) {
      const pauseMs = await this.turn();
      if (pauseMs > 0 && !this.isStopping) await this.wakeup.pause(pauseMs);
    }
  }

  private async turn(): Promise<number> {
    try {
      return await this.step();
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) this.logger.error({ err: error }, 'Failed, and tries again');
      return this.againMs;
    }
  }
}
