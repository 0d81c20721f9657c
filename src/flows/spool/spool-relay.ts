import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';

import { Config } from '../../config/config.js';
import { Mongo } from '../../stores/mongo/mongo.js';
import { OutboxTuning } from '../outbox/outbox-tuning.js';
import { RelayLoop } from '../queue/relay-loop.js';
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
  private readonly loop: RelayLoop;
  private sweepAt = 0;
  /** A claim or a settlement has failed: PostgreSQL may have carried it out. */
  private mayHoldLost = false;

  constructor(
    private readonly config: Config,
    private readonly mongo: Mongo,
    private readonly queue: SpoolQueue,
    private readonly delivery: SpoolDelivery,
    wakeup: SpoolWakeup,
    private readonly tuning: OutboxTuning,
  ) {
    this.loop = new RelayLoop(SpoolRelay.name, wakeup, tuning.pollMs, () => this.step());
  }

  onApplicationBootstrap(): void {
    if (this.config.processRole !== 'api') this.loop.start();
  }

  /** Claims nothing more; what is claimed is finished. */
  beforeApplicationShutdown(): Promise<void> {
    return this.loop.stop();
  }

  private async step(): Promise<number> {
    await this.sweep();
    return this.mongo.liveness.isUp ? this.deliverDue() : LOOK_MS;
  }

  private async deliverDue(): Promise<number> {
    if (this.mayHoldLost) await this.queue.releaseClaims();
    this.mayHoldLost = true;
    const batch = await this.queue.claim();
    const delivered = batch.length > 0 ? await this.delivery.deliver(batch) : 0;
    this.mayHoldLost = false;
    if (delivered > 0) return 0;
    return Math.min(this.tuning.pollMs, Math.max(10, await this.queue.nextDueInMs()));
  }

  private async sweep(): Promise<void> {
    const now = performance.now();
    if (now < this.sweepAt) return;
    this.sweepAt = now + this.tuning.pollMs;
    await this.delivery.sweepTags();
  }
}
