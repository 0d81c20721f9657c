import type { PendingQuery, Row, TransactionSql } from 'postgres';

import { newId } from '../../common/ids/ids.js';
import { uuidArray } from '../../stores/postgres/uuid-array.js';
import type { OutboxTuning } from '../outbox/outbox-tuning.js';
import { backOffMs } from './back-off.js';
import type { LeaseOwner } from './lease-owner.js';
import type { QueueConnection } from './queue-connection.js';
import { lockClaims, plannedForLongQueue } from './queue-statements.js';

type Fragment = PendingQuery<Row[]>;

/** A table whose rows wait for MongoDB, and its own parts of the statements that all such tables share. */
export interface QueueTable {
  /** The first word of the statements' labels in the metrics. */
  name: 'outbox' | 'spool';
  table: string;
  /** The column of the primary key. */
  id: string;
  /** Reads the rows that a claim has leased, which are called `leased`. */
  read: (sql: TransactionSql) => Fragment;
  /** What a settlement also sets in the row `q`, depending on the outcome `o`. */
  settle?: (sql: TransactionSql) => Fragment;
}

/** The outcome of a leased row. `deferred`: not tried because of an earlier row, or MongoDB did not answer. */
export interface RowOutcome {
  id: string;
  kind: 'delivered' | 'failed' | 'deferred';
  /** The cache tags that it makes stale were replaced. */
  areTagsFresh: boolean;
  /** Failures before this one. */
  attempts: number;
  error: string | null;
}

/** The statements that the outbox and the spool share, for leases, failures and completed rows. */
export class LeasedRows {
  /** Claims have an owner of their own, apart from the events that requests of this process deliver themselves. */
  readonly claimant = newId();

  constructor(
    private readonly connection: QueueConnection,
    private readonly owner: LeaseOwner,
    private readonly tuning: OutboxTuning,
    private readonly queue: QueueTable,
  ) {}

  /**
   * Leases the oldest due rows: of each aggregate an unbroken run from its oldest waiting row. The lock makes claims
   * run one after the other. The select begins after it, so it sees the leases of the claim before. Every other change
   * of a waiting row takes the lock too. So a row that is skipped as locked is being deleted, and therefore is
   * delivered. No state is kept between claims, so a row that a slow transaction commits late is found by the next
   * one.
   */
  async claim(atMost = this.tuning.batchSize): Promise<Record<string, unknown>[]> {
    const { leaseMs } = this.tuning;
    const { name, table, id, read } = this.queue;
    const [, , rows] = await this.connection.run(`${name}.claim`, (sql) =>
      sql.begin((tx) => [
        plannedForLongQueue(tx),
        lockClaims(tx),
        tx<Record<string, unknown>[]>`
          with due as materialized (
            select q.${tx(id)} as id from ${tx(table)} q
            where not q.is_delivered and q.dead_at is null and q.position > 0
              and q.available_at <= statement_timestamp()
              and not exists (
                select 1 from ${tx(table)} earlier
                where earlier.aggregate = q.aggregate and earlier.position < q.position
                  and not earlier.is_delivered and earlier.dead_at is null
                  and earlier.available_at > statement_timestamp() offset 0)
            order by q.position limit ${atMost} for update of q skip locked
          ), leased as (
            update ${tx(table)} q
            set lease_owner = ${this.claimant}::uuid, available_at = clock_timestamp() + ${leaseMs} * interval '1 ms'
            where q.${tx(id)} = any(array(select due.id from due)) returning q.*
          )
          ${read(tx)} order by leased.position`,
      ]),
    );
    return rows;
  }

  /**
   * Releases every claim of this process. Needed after a claim or a settlement without an answer: no process would
   * deliver the rows that it holds then, and the rest of their aggregates would wait until the leases end.
   */
  async releaseClaims(): Promise<void> {
    await this.connection.run(`${this.queue.name}.release_claims`, (sql) =>
      sql.begin((tx) => [
        lockClaims(tx),
        tx`
          update ${tx(this.queue.table)} set lease_owner = null, available_at = clock_timestamp()
          where lease_owner = ${this.claimant}::uuid and not is_delivered and dead_at is null`,
      ]),
    );
  }

  /** Records the outcomes of leased rows and removes the completed ones. */
  async settle<T extends RowOutcome>(outcomes: readonly T[], isDone: (outcome: T) => boolean): Promise<void> {
    const done = outcomes.filter(isDone).map(({ id }) => id);
    const open = outcomes.filter((outcome) => !isDone(outcome));
    await Promise.all([done.length > 0 && this.remove(done), open.length > 0 && this.update(open)]);
  }

  /** A crash of PostgreSQL may lose the deletion. Then the delivery is repeated, which changes nothing. */
  async remove(ids: readonly string[]): Promise<void> {
    await this.connection.run(
      `${this.queue.name}.remove`,
      (sql) => sql`
        with relaxed as materialized (select set_config('synchronous_commit', 'off', true))
        delete from ${sql(this.queue.table)} q using relaxed where q.${sql(this.queue.id)} = any(${uuidArray(ids)}::uuid[])`,
    );
  }

  /** How long until a waiting row that may not be claimed now can be claimed. Infinite if none waits. */
  async nextDueInMs(): Promise<number> {
    const [row] = await this.connection.run(
      `${this.queue.name}.next_due`,
      (sql) => sql<{ ms: number | null }[]>`
        select (extract(epoch from min(available_at) - clock_timestamp()) * 1000)::float8 as ms
        from ${sql(this.queue.table)}
        where not is_delivered and dead_at is null and available_at > clock_timestamp()`,
    );
    return row?.ms ?? Infinity;
  }

  /**
   * Runs under the lock of claims, because a claim must not see an aggregate's first row as free while it is being
   * deferred.
   */
  private async update(outcomes: readonly RowOutcome[]): Promise<void> {
    const rows = outcomes.map(({ id, kind, areTagsFresh, attempts, error }) => ({
      id,
      kind,
      are_tags_fresh: areTagsFresh,
      error,
      delay_ms: kind === 'failed' ? backOffMs(attempts + 1, this.tuning) : 0,
    }));
    const { name, table, id, settle } = this.queue;
    await this.connection.run(`${name}.settle`, (sql) =>
      sql.begin((tx) => [
        plannedForLongQueue(tx),
        lockClaims(tx),
        tx`
          update ${tx(table)} q set
            lease_owner = null,
            available_at = clock_timestamp() + o.delay_ms * interval '1 ms',
            is_delivered = o.kind = 'delivered',
            attempts = q.attempts + (o.kind = 'failed')::int,
            last_error = coalesce(o.error, q.last_error),
            dead_at = case when o.kind = 'failed' and q.attempts + 1 >= ${this.tuning.maxAttempts} then clock_timestamp() end
            ${settle ? settle(tx) : tx``}
          from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb)
            as o(id uuid, kind text, are_tags_fresh boolean, error text, delay_ms int)
          where q.${tx(id)} = o.id and (o.kind = 'delivered'
            or q.lease_owner in (${this.owner.id}::uuid, ${this.claimant}::uuid))`,
      ]),
    );
  }
}
