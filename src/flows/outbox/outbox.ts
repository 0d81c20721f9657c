import { Injectable, Logger } from '@nestjs/common';

import { TaggedCache } from '../../cache/tagged-cache.js';
import { Mongo } from '../../stores/mongo/mongo.js';
import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import { RelayWakeup } from '../queue/relay-wakeup.js';
import { AwaitedDeliveries } from './awaited-deliveries.js';
import type { DomainEvent } from './domain-event.js';
import { type AppendedEvent, EventLog } from './event-log.pg.repository.js';
import { InlineDelivery } from './inline-delivery.js';
import { OutboxTuning } from './outbox-tuning.js';

/** The events that one transaction has appended. */
interface Appended {
  /** `performance.now()` before the first lease began. */
  startedAt: number;
  events: AppendedEvent[];
}

/** Appends events to the transaction that makes the change. An event is delivered, once, if the transaction commits. */
@Injectable()
export class Outbox {
  private readonly logger = new Logger(Outbox.name);
  private readonly transactions = new WeakMap<Tx, Appended>();

  constructor(
    private readonly postgres: Postgres,
    private readonly mongo: Mongo,
    private readonly cache: TaggedCache,
    private readonly log: EventLog,
    private readonly inline: InlineDelivery,
    private readonly awaited: AwaitedDeliveries,
    private readonly wakeup: RelayWakeup,
    private readonly tuning: OutboxTuning,
  ) {}

  /**
   * Appends events, in this order, as part of `tx`. After the commit, and before the caller of `Postgres.transaction`
   * continues, the events' cache tags are replaced. As a rule (this waits up to 250 ms) their activity entries can be
   * read then as well. Call it after the changes that the events report, because it locks the aggregates until the end
   * of the transaction.
   */
  async add(tx: Tx, ...events: DomainEvent[]): Promise<void> {
    if (events.length === 0) return;
    const appended = this.transactions.get(tx) ?? this.begin(tx);
    const added = await this.log.append(tx, events, {
      canDeliver: this.mongo.takesWrites,
      leasedBefore: appended.events.filter(({ isLeased }) => isLeased).map(({ event }) => event.id),
    });
    appended.events.push(...added);
  }

  private begin(tx: Tx): Appended {
    const appended: Appended = { startedAt: performance.now(), events: [] };
    this.postgres.afterCommit(tx, () => this.committed(appended));
    this.transactions.set(tx, appended);
    return appended;
  }

  /** Never rejects, because the transaction is committed, and the relay repeats what fails here. */
  private async committed({ events, startedAt }: Appended): Promise<void> {
    try {
      const areTagsFresh = await this.cache.invalidate([
        ...new Set(events.flatMap(({ event }) => event.tags)),
      ]);
      const leased = events.filter(({ isLeased }) => isLeased).map(({ event }) => event);
      const left = events.filter(({ isLeased }) => !isLeased).map(({ event }) => event.id);
      const seen = this.waitFor(events, left);
      this.inline.submit(
        leased.map((event) => ({ event, attempts: 0, areTagsFresh })),
        startedAt,
      );
      if (left.length > 0) this.wakeup.wake();
      await seen;
    } catch (error) {
      this.logger.error({ err: error }, 'After a commit: the relay takes over');
    }
  }

  private async waitFor(events: readonly AppendedEvent[], left: readonly string[]): Promise<void> {
    if (!this.mongo.takesWrites) return;
    await this.awaited.wait(
      events.map(({ event }) => event.id),
      left,
      this.tuning.visibleWithinMs,
    );
  }
}
