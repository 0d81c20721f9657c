import { setTimeout as pause } from 'node:timers/promises';

import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';

import { Config } from '../../../config/config.js';
import { Mongo } from '../../../stores/mongo/mongo.js';
import { StoreUnavailable } from '../../../stores/store-unavailable.js';
import { CheckpointTuning } from './checkpoint-tuning.js';
import { Sealer } from './sealer.js';
import { Sealing, SealingTakenOver } from './sealing.pg.repository.js';

/** Seals the activity log from time to time. Every worker runs it, and a lease lets only one of them work. */
@Injectable()
export class SealingJob implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(SealingJob.name);
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;

  constructor(
    private readonly config: Config,
    private readonly mongo: Mongo,
    private readonly sealer: Sealer,
    private readonly sealing: Sealing,
    private readonly tuning: CheckpointTuning,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.processRole !== 'api') this.running ??= this.run();
  }

  /**
   * Finishes the page that is being sealed, and releases the lease, so that another process does not have to wait for
   * its end.
   */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    let isLeased = false;
    while (await this.paused(signal)) {
      if (this.mongo.liveness.isUp) isLeased = (await this.round(signal)) || isLeased;
    }
    if (isLeased) await this.release();
  }

  /** False: the process is ending. */
  private async paused(signal: AbortSignal): Promise<boolean> {
    try {
      await pause(this.tuning.everyMs, undefined, { signal, ref: false });
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      throw error;
    }
  }

  private async round(signal: AbortSignal): Promise<boolean> {
    try {
      return await this.sealer.seal(signal);
    } catch (error) {
      if (error instanceof StoreUnavailable || error instanceof SealingTakenOver) {
        this.logger.debug(`Sealing goes on in the next round: ${error.message}`);
      } else this.logger.error({ err: error }, 'The activity log could not be sealed; it is tried again');
      return false;
    }
  }

  private async release(): Promise<void> {
    try {
      await this.sealing.release();
    } catch (error) {
      this.logger.warn(`The lease of sealing could not be given back; it ends by itself: ${String(error)}`);
    }
  }
}
