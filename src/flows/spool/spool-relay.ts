import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';

import { Config } from '../../config/config.js';
import { Mongo } from '../../stores/mongo/mongo.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { OutboxTuning } from '../outbox/outbox-tuning.js';
import { SpoolDelivery } from './spool-delivery.js';
import { SpoolQueue } from './spool-queue.pg.repository.js';
import { SpoolWakeup } from './spool-wakeup.js';

/** How often a flag of this process is looked at while MongoDB is down. Costs nothing. */
const LOOK_MS = 50;

/**
 * Moves spooled documents to MongoDB once it is there. Any number of processes may run one. What a process spools
 * itself it is told of at once; what others do, by the clock: there is no hurry while it is MongoDB that is away.
 */
@Injectable()
export class SpoolRelay implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(SpoolRelay.name);
  private running: Promise<void> | null = null;
  private isStopping = false;
  private sweepAt = 0;

  constructor(
    private readonly config: Config,
    private readonly mongo: Mongo,
    private readonly queue: SpoolQueue,
    private readonly delivery: SpoolDelivery,
    private readonly wakeup: SpoolWakeup,
    private readonly tuning: OutboxTuning,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.processRole !== 'api') this.running ??= this.run();
  }

  /** Claims nothing more; what is claimed is finished. */
  async beforeApplicationShutdown(): Promise<void> {
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

  /** One round; says how long to pause after it. */
  private async turn(): Promise<number> {
    try {
      await this.sweep();
      return this.mongo.liveness.isUp ? await this.deliverDue() : LOOK_MS;
    } catch (error) {
      if (!(error instanceof StoreUnavailable))
        this.logger.error({ err: error }, 'The relay of the spool failed and tries again');
      return this.tuning.pollMs;
    }
  }

  private async deliverDue(): Promise<number> {
    const batch = await this.queue.claim();
    if (batch.length > 0 && (await this.delivery.deliver(batch)) > 0) return 0;
    return Math.min(this.tuning.pollMs, Math.max(10, await this.queue.nextDueInMs()));
  }

  private async sweep(): Promise<void> {
    const now = performance.now();
    if (now < this.sweepAt) return;
    this.sweepAt = now + this.tuning.pollMs;
    await this.delivery.sweepTags();
  }
}
