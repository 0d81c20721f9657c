import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';

import { Config } from '../../config/config.js';
import { Mongo } from '../../stores/mongo/mongo.js';
import { QueueConnection } from '../queue/queue-connection.js';
import { RelayLoop } from '../queue/relay-loop.js';
import { RelayRound, type RoundResult } from '../queue/relay-round.js';
import { RelayWakeup } from '../queue/relay-wakeup.js';
import { Delivery } from './delivery.js';
import { OUTBOX_CHANNEL } from './event-log.pg.repository.js';
import { type Claim, OutboxQueue } from './outbox-queue.pg.repository.js';
import { OutboxTuning } from './outbox-tuning.js';
import { Readdressing } from './readdressing.js';
import { Settlement } from './settlement.js';
import { StaleTags } from './stale-tags.js';

/**
 * Moves to MongoDB the committed events that no request has delivered itself. Any number of processes may run a relay.
 * It is woken by notifications, by this process, and by the clock.
 */
@Injectable()
export class Relay implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop: RelayLoop;
  private readonly round: RelayRound<Claim>;
  private listenCheckAt = 0;
  private sweepAt = 0;

  constructor(
    private readonly config: Config,
    private readonly mongo: Mongo,
    private readonly connection: QueueConnection,
    queue: OutboxQueue,
    private readonly delivery: Delivery,
    private readonly settlement: Settlement,
    private readonly staleTags: StaleTags,
    private readonly readdressing: Readdressing,
    private readonly wakeup: RelayWakeup,
    private readonly tuning: OutboxTuning,
  ) {
    this.round = new RelayRound(queue, tuning, (claim) => this.deliver(claim));
    this.loop = new RelayLoop(Relay.name, wakeup, tuning.pollMs, () => this.step());
  }

  onApplicationBootstrap(): void {
    if (this.config.processRole !== 'api') this.loop.start();
  }

  /** Claims nothing more and finishes what it has claimed. */
  beforeApplicationShutdown(): Promise<void> {
    return this.loop.stop();
  }

  private async step(): Promise<number> {
    await this.listen();
    await this.sweep();
    return this.mongo.takesWrites ? this.round.run() : this.tuning.pollMs;
  }

  private async deliver({ events, unreadable }: Claim): Promise<RoundResult> {
    const delivered = events.length > 0 ? await this.delivery.deliver(events) : [];
    const outcomes = [...unreadable, ...delivered];
    return {
      isRecorded: outcomes.length === 0 || (await this.settlement.record(outcomes)),
      hasDelivered: delivered.some(({ kind }) => kind === 'delivered'),
      isRefused: delivered.length > 0 && delivered.every(({ kind }) => kind === 'deferred'),
    };
  }

  private async listen(): Promise<void> {
    const now = performance.now();
    if (now < this.listenCheckAt) return;
    if (!(await this.connection.isListening())) {
      await this.connection.listen(OUTBOX_CHANNEL, () => this.wakeup.wake());
    }
    this.listenCheckAt = now + this.tuning.listenCheckMs;
  }

  private async sweep(): Promise<void> {
    const now = performance.now();
    if (now < this.sweepAt) return;
    this.sweepAt = now + this.tuning.pollMs;
    this.readdressing.wake();
    await this.staleTags.sweep();
  }
}
