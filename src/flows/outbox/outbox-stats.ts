import { Injectable } from '@nestjs/common';

import { QueueConnection } from '../queue/queue-connection.js';
import { deadRows, weighedRows } from '../queue/queue-depth.js';
import { plannedForLongQueue } from '../queue/queue-statements.js';
import { OutboxCounters } from './outbox-counters.js';

/** The backlog of all processes together. */
export interface OutboxSnapshot {
  /** Events that are not in MongoDB yet, dead letters excepted. An estimate above `COUNTED_ROWS`. */
  pending: number;
  /** The age of the oldest of them; 0 if there is none. */
  oldestAgeMs: number;
  /** At most `COUNTED_DEAD_ROWS`. */
  deadLetters: number;
}

/**
 * The rows of the queue by what they wait for. No row is counted twice. The first three are estimates if more than
 * `COUNTED_ROWS` wait.
 */
export interface QueueStates {
  /** May be claimed now. */
  ready: number;
  /** Being delivered by some process. */
  leased: number;
  /** Waiting for their next attempt. */
  backingOff: number;
  /** In MongoDB, but the cache tags are not replaced yet. Found among the oldest 10,000 rows with stale tags. */
  untoldCache: number;
  /** At most `COUNTED_DEAD_ROWS`. */
  dead: number;
}

/** So many rows with stale cache tags are looked at, because most of them may wait for MongoDB as well. */
const STALE_ROWS = 10_000;

/** Figures for the metrics, the operator and the dashboard. */
@Injectable()
export class OutboxStats {
  constructor(
    private readonly connection: QueueConnection,
    readonly counters: OutboxCounters,
  ) {}

  /** Rejects with `StoreUnavailable` if PostgreSQL does not answer. */
  async snapshot(): Promise<OutboxSnapshot> {
    const [, [row]] = await this.connection.run('outbox.stats', (sql) =>
      sql.begin((tx) => [
        plannedForLongQueue(tx),
        tx<{ pending: number; oldest_age_ms: number; dead_letters: number }[]>`
          with ${tx.unsafe(weighedRows('outbox_queue', []))}
          select
            (select coalesce(round(sum(weight)), 0)::int from waiting) as pending,
            ${tx.unsafe(deadRows('outbox_queue'))} as dead_letters,
            coalesce((
              select greatest(0, extract(epoch from clock_timestamp() - e.recorded_at) * 1000)::float8
              from outbox_queue q join outbox_events e on e.id = q.event_id
              where not q.is_delivered and q.dead_at is null and q.position > 0 order by q.position limit 1), 0) as oldest_age_ms`,
      ]),
    );
    if (!row) throw new Error('An aggregate query returned no row');
    return { pending: row.pending, oldestAgeMs: row.oldest_age_ms, deadLetters: row.dead_letters };
  }

  /** How far back the event log reaches. Rejects with `StoreUnavailable` if PostgreSQL does not answer. */
  async logAgeMs(): Promise<number> {
    const [row] = await this.connection.run(
      'outbox.log_age',
      (sql) => sql<{ ms: number }[]>`
        select (extract(epoch from now()) * 1000
          - ('x' || left(replace(outbox_log_beginning()::text, '-', ''), 12))::bit(48)::bigint)::float8 as ms`,
    );
    if (!row) throw new Error('A query without a table returned no row');
    return row.ms;
  }

  /** Rejects with `StoreUnavailable` if PostgreSQL does not answer. */
  async states(): Promise<QueueStates> {
    const [, [row]] = await this.connection.run('outbox.states', (sql) =>
      sql.begin((tx) => [
        plannedForLongQueue(tx),
        tx<QueueStates[]>`
          with ${tx.unsafe(weighedRows('outbox_queue', ['available_at', 'lease_owner']))}
          select ${tx.unsafe(weightOf('available_at <= now()'))} as ready,
            ${tx.unsafe(weightOf('available_at > now() and lease_owner is not null'))} as leased,
            ${tx.unsafe(weightOf('available_at > now() and lease_owner is null'))} as "backingOff",
            (select count(*)::int from (
              select is_delivered from outbox_queue where not is_invalidated
              order by position limit ${STALE_ROWS}) as untold where is_delivered) as "untoldCache",
            ${tx.unsafe(deadRows('outbox_queue'))} as dead
          from waiting`,
      ]),
    );
    if (!row) throw new Error('An aggregate query returned no row');
    return row;
  }
}

const weightOf = (condition: string): string =>
  `coalesce(round(sum(weight) filter (where ${condition})), 0)::int`;
