import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';

import { Config } from '../../config/config.js';
import { Mongo } from '../../stores/mongo/mongo.js';
import { OutboxTuning } from '../outbox/outbox-tuning.js';
import { RelayLoop } from '../queue/relay-loop.js';
import { RelayRound, type RoundResult } from '../queue/relay-round.js';
import { SpoolDelivery } from './spool-delivery.js';
import { type LeasedDocument, SpoolQueue } from './spool-queue.pg.repository.js';
import { SpoolWakeup } from './spool-wakeup.js';

/** How often a flag of this process is checked while MongoDB is down. The check costs nothing. */
const LOOK_MS = 50;

/**
 * Moves spooled documents to MongoDB once MongoDB is reachable. Any number of processes may run one. The relay is
 * woken at once for documents that its own process spools. It finds those of other processes by polling, because
 * MongoDB is away then and there is no hurry.
 */
@Injectable()
export class SpoolRelay implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop: RelayLoop;
  private readonly round: RelayRound<LeasedDocument[]>;
  private sweepAt = 0;

  constructor(
    private readonly config: Config,
    private readonly mongo: Mongo,
    queue: SpoolQueue,
    private readonly delivery: SpoolDelivery,
    wakeup: SpoolWakeup,
    private readonly tuning: OutboxTuning,
  ) {
    this.round = new RelayRound(queue, tuning, (batch) => this.deliver(batch));
    this.loop = new RelayLoop(SpoolRelay.name, wakeup, tuning.pollMs, () => this.step());
  }

  onApplicationBootstrap(): void {
    if (this.config.processRole !== 'api') this.loop.start();
  }

  /** Claims nothing more and finishes what it has claimed. */
  beforeApplicationShutdown(): Promise<void> {
    return this.loop.stop();
  }

  private async step(): Promise<number> {
    await this.sweep();
    return this.mongo.takesWrites ? this.round.run() : LOOK_MS;
  }

  private async deliver(batch: readonly LeasedDocument[]): Promise<RoundResult> {
    const delivered = batch.length > 0 ? await this.delivery.deliver(batch) : 0;
    return { hasDelivered: delivered > 0, isRefused: batch.length > 0 && delivered === 0, isRecorded: true };
  }

  private async sweep(): Promise<void> {
    const now = performance.now();
    if (now < this.sweepAt) return;
    this.sweepAt = now + this.tuning.pollMs;
    await this.delivery.sweepTags();
  }
}
