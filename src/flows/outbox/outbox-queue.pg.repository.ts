import { Injectable } from '@nestjs/common';

import { newId } from '../../common/ids/ids.js';
import type { RecordedEvent } from './domain-event.js';
import { uuidArray } from '../../stores/postgres/uuid-array.js';
import { EVENT_COLUMNS, eventOf } from './event-row.js';
import { LeaseOwner } from '../queue/lease-owner.js';
import { QueueConnection } from '../queue/queue-connection.js';
import { lockClaims, plannedForLongQueue } from '../queue/queue-statements.js';
import { backOffMs } from '../queue/back-off.js';
import { OutboxTuning } from './outbox-tuning.js';

/** An event that this process may deliver until its lease ends. */
export interface LeasedEvent {
  event: RecordedEvent;
  /** Failures so far. */
  attempts: number;
  /** The event's own cache tags were replaced since its commit. */
  areTagsFresh: boolean;
}

/** What became of a leased event. `deferred`: not tried, because an earlier one of its aggregate failed. */
export interface Outcome {
  eventId: string;
  kind: 'delivered' | 'failed' | 'deferred';
  areTagsFresh: boolean;
  attempts: number;
  error: string | null;
  /** Older entries have to follow, so the row stays when the event is delivered (`changesAddress`). */
  hasFollowers: boolean;
}

export interface Claim {
  events: LeasedEvent[];
  /** Events that this version cannot read, and those of the same aggregates that have to wait for them. */
  unreadable: Outcome[];
}

/** The queue: what is leased to whom, what failed, what is done. */
@Injectable()
export class OutboxQueue {
  /** Claims are held under a name of their own, apart from what requests of this process deliver themselves. */
  private readonly claimant = newId();

  constructor(
    private readonly connection: QueueConnection,
    private readonly owner: LeaseOwner,
    private readonly tuning: OutboxTuning,
  ) {}

  /**
   * Leases the oldest due events, of each aggregate an unbroken run from its oldest waiting one. The lock makes
   * claims follow each other, and the select begins after it, so it sees the leases of the claim before. Whoever
   * else changes a waiting row takes it too; so what is skipped as locked is being deleted, hence delivered.
   * Nothing is remembered between claims: a row that a slow transaction commits late is simply found then.
   */
  claim(): Promise<Claim> {
    const { leaseMs, batchSize } = this.tuning;
    return this.connection.run('outbox.claim', async (sql) => {
      const [, , rows] = await sql.begin((tx) => [
        plannedForLongQueue(tx),
        lockClaims(tx),
        tx<Record<string, unknown>[]>`
          with due as materialized (
            select q.event_id from outbox_queue q
            where not q.is_delivered and q.dead_at is null and q.position > 0
              and q.available_at <= statement_timestamp()
              and not exists (
                select 1 from outbox_queue earlier
                where earlier.aggregate = q.aggregate and earlier.position < q.position
                  and not earlier.is_delivered and earlier.dead_at is null
                  and earlier.available_at > statement_timestamp() offset 0)
            order by q.position limit ${batchSize} for update of q skip locked
          ), leased as (
            update outbox_queue q
            set lease_owner = ${this.claimant}::uuid, available_at = clock_timestamp() + ${leaseMs} * interval '1 ms'
            where q.event_id = any(array(select due.event_id from due))
            returning q.event_id, q.aggregate, q.position, q.attempts, q.is_invalidated
          )
          select leased.event_id, leased.aggregate, leased.attempts, leased.is_invalidated, ${tx.unsafe(EVENT_COLUMNS)}
          from leased left join outbox_events e on e.id = leased.event_id order by leased.position`,
      ]);
      return claimOf(rows);
    });
  }

  /**
   * Gives back whatever this process has claimed. After a claim or a settlement without an answer: what it holds then
   * nobody delivers, and the rest of its aggregates would wait until the leases end.
   */
  async releaseClaims(): Promise<void> {
    await this.connection.run('outbox.release_claims', (sql) =>
      sql.begin((tx) => [
        lockClaims(tx),
        tx`
          update outbox_queue set lease_owner = null, available_at = clock_timestamp()
          where lease_owner = ${this.claimant}::uuid and not is_delivered and dead_at is null`,
      ]),
    );
  }

  /** Records what became of leased events. A delivered one is gone once the cache was told, and nothing has to follow. */
  async settle(outcomes: readonly Outcome[]): Promise<void> {
    const isDone = ({ kind, areTagsFresh, hasFollowers }: Outcome): boolean =>
      kind === 'delivered' && areTagsFresh && !hasFollowers;
    const done = outcomes.filter(isDone).map((outcome) => outcome.eventId);
    const open = outcomes.filter((outcome) => !isDone(outcome));
    await Promise.all([done.length > 0 && this.remove(done), open.length > 0 && this.update(open)]);
  }

  /** Gives back everything that this process holds. */
  async releaseAll(): Promise<void> {
    await this.connection.run(
      'outbox.release',
      (sql) => sql`
        update outbox_queue set lease_owner = null, available_at = clock_timestamp()
        where lease_owner in (${this.owner.id}::uuid, ${this.claimant}::uuid) and dead_at is null
          and (not is_delivered or readdressed_in is not null)`,
    );
  }

  /** How long until a waiting event may be claimed that may not be now; infinite where none waits. */
  async nextDueInMs(): Promise<number> {
    const [row] = await this.connection.run(
      'outbox.next_due',
      (sql) => sql<{ ms: number | null }[]>`
        select (extract(epoch from min(available_at) - clock_timestamp()) * 1000)::float8 as ms
        from outbox_queue where not is_delivered and dead_at is null and available_at > clock_timestamp()`,
    );
    return row?.ms ?? Infinity;
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

  /** The delete may be forgotten in a crash of PostgreSQL: a repeated delivery changes nothing. */
  private async remove(ids: readonly string[]): Promise<void> {
    await this.connection.run(
      'outbox.remove',
      (sql) => sql`
        with relaxed as materialized (select set_config('synchronous_commit', 'off', true))
        delete from outbox_queue q using relaxed where q.event_id = any(${uuidArray(ids)}::uuid[])`,
    );
  }

  /** Under the lock of claims: a claim must not see an aggregate's first event free while it is being deferred. */
  private async update(outcomes: readonly Outcome[]): Promise<void> {
    const rows = outcomes.map(({ eventId, kind, areTagsFresh, attempts, error }) => ({
      event_id: eventId,
      kind,
      are_tags_fresh: areTagsFresh,
      error,
      delay_ms: kind === 'failed' ? backOffMs(attempts + 1, this.tuning) : 0,
    }));
    await this.connection.run('outbox.settle', (sql) =>
      sql.begin((tx) => [
        plannedForLongQueue(tx),
        lockClaims(tx),
        tx`
          update outbox_queue q set
            lease_owner = null,
            available_at = clock_timestamp() + s.delay_ms * interval '1 ms',
            is_delivered = s.kind = 'delivered',
            is_invalidated = s.are_tags_fresh or (q.is_invalidated and s.kind <> 'delivered'),
            attempts = q.attempts + (s.kind = 'failed')::int,
            last_error = coalesce(s.error, q.last_error),
            dead_at = case when s.kind = 'failed' and q.attempts + 1 >= ${this.tuning.maxAttempts} then clock_timestamp() end
          from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb)
            as s(event_id uuid, kind text, are_tags_fresh boolean, error text, delay_ms int)
          where q.event_id = s.event_id and (s.kind = 'delivered'
            or q.lease_owner in (${this.owner.id}::uuid, ${this.claimant}::uuid))`,
      ]),
    );
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
      const eventId = String(row['event_id']);
      claim.unreadable.push({ eventId, kind, areTagsFresh, attempts, error, hasFollowers: false });
    }
  }
  return claim;
}
