import { Injectable } from '@nestjs/common';

import { uuidArray } from '../../stores/postgres/uuid-array.js';
import { LeaseOwner } from '../queue/lease-owner.js';
import { LeasedRows, type QueueTable, type RowOutcome } from '../queue/leased-rows.pg.repository.js';
import { QueueConnection } from '../queue/queue-connection.js';
import type { ClaimableQueue } from '../queue/relay-round.js';
import type { RecordedEvent } from './domain-event.js';
import { EVENT_COLUMNS, eventOf } from './event-row.js';
import { OutboxTuning } from './outbox-tuning.js';

/** An event that this process may deliver until its lease ends. */
export interface LeasedEvent {
  event: RecordedEvent;
  /** Failures so far. */
  attempts: number;
  /** The event's own cache tags were replaced since its commit. */
  areTagsFresh: boolean;
}

/** The outcome of a leased event. */
export interface Outcome extends RowOutcome {
  /** Older entries have to follow the event, so the row stays after delivery (`changesAddress`). */
  hasFollowers: boolean;
  /** The log holds content of the event, which is removed once the event is delivered. */
  hasContent: boolean;
}

export interface Claim {
  events: LeasedEvent[];
  /** Events that this version cannot read, and the events of the same aggregates that have to wait for them. */
  unreadable: Outcome[];
}

const OUTBOX: QueueTable = {
  name: 'outbox',
  table: 'outbox_queue',
  id: 'event_id',
  read: (sql) => sql`
    select leased.event_id, leased.aggregate, leased.attempts, leased.is_invalidated, ${sql.unsafe(EVENT_COLUMNS)}
    from leased left join outbox_events e on e.id = leased.event_id`,
  settle: (sql) => sql`,
    is_invalidated = o.are_tags_fresh or (q.is_invalidated and o.kind <> 'delivered')`,
};

/** The queue: leases, failures and completed rows. */
@Injectable()
export class OutboxQueue implements ClaimableQueue<Claim> {
  private readonly rows: LeasedRows;

  constructor(
    private readonly connection: QueueConnection,
    private readonly owner: LeaseOwner,
    tuning: OutboxTuning,
  ) {
    this.rows = new LeasedRows(connection, owner, tuning, OUTBOX);
  }

  /** Leases the oldest due events (`LeasedRows.claim`). */
  async claim(atMost?: number): Promise<Claim> {
    return claimOf(await this.rows.claim(atMost));
  }

  releaseClaims(): Promise<void> {
    return this.rows.releaseClaims();
  }

  nextDueInMs(): Promise<number> {
    return this.rows.nextDueInMs();
  }

  /**
   * Records the outcomes of leased events. A delivered event is removed once its cache tags are replaced and no older
   * entries have to follow it.
   */
  async settle(outcomes: readonly Outcome[]): Promise<void> {
    const written = outcomes.filter(({ kind, hasContent }) => kind === 'delivered' && hasContent);
    if (written.length > 0) await this.forgetContent(written.map(({ id }) => id));
    await this.rows.settle(
      outcomes,
      ({ kind, areTagsFresh, hasFollowers }) => kind === 'delivered' && areTagsFresh && !hasFollowers,
    );
  }

  /**
   * MongoDB has the content. If a crash restores the row of the queue, its event is delivered again without content.
   */
  private async forgetContent(ids: readonly string[]): Promise<void> {
    await this.connection.run(
      'outbox.forget_content',
      (sql) => sql`update outbox_events set content = null where id = any(${uuidArray(ids)}::uuid[])`,
    );
  }

  /** Releases every lease of this process. */
  async releaseAll(): Promise<void> {
    await this.connection.run(
      'outbox.release',
      (sql) => sql`
        update outbox_queue set lease_owner = null, available_at = clock_timestamp()
        where lease_owner in (${this.owner.id}::uuid, ${this.rows.claimant}::uuid) and dead_at is null
          and (not is_delivered or readdressed_in is not null)`,
    );
  }

  /** Those of `ids` that are not in MongoDB yet, or that older entries there have not followed yet. */
  async undelivered(ids: readonly string[]): Promise<Set<string>> {
    const rows = await this.connection.run(
      'outbox.awaited',
      (sql) => sql<{ event_id: string }[]>`
        select event_id from outbox_queue where event_id = any(${uuidArray(ids)}::uuid[])
          and (not is_delivered or readdressed_in is not null)`,
    );
    return new Set(rows.map((row) => row.event_id));
  }
}

function claimOf(rows: readonly Record<string, unknown>[]): Claim {
  const claim: Claim = { events: [], unreadable: [] };
  const blocked = new Set<string>();
  for (const row of rows) {
    const event = eventOf(row);
    const aggregate = String(row['aggregate']);
    const attempts = Number(row['attempts']);
    const areTagsFresh = row['is_invalidated'] === true;
    if (event && !blocked.has(aggregate)) claim.events.push({ event, attempts, areTagsFresh });
    else {
      blocked.add(aggregate);
      const error = event ? null : 'The event is of a type or shape that this version does not know';
      const kind = event ? 'deferred' : 'failed';
      const id = String(row['event_id']);
      claim.unreadable.push({
        id,
        kind,
        areTagsFresh,
        attempts,
        error,
        hasFollowers: false,
        hasContent: false,
      });
    }
  }
  return claim;
}
