import { Injectable } from '@nestjs/common';

import { Postgres } from '../../../stores/postgres/postgres.js';
import { uuidArray } from '../../../stores/postgres/uuid-array.js';
import { ACTIVITY_COLLECTION } from '../../activity/activity-log.js';
import { FIRST_ID, idFloor, madeAt } from './entry-ids.js';

type Sql = Postgres['sql'];

/**
 * Entries that PostgreSQL has accepted and MongoDB may not have yet. Add every new kind of queue in PostgreSQL here.
 */
const waiting = (sql: Sql) => sql`(
  select event_id as id, dead_at from outbox_queue where not is_delivered
  union all
  select id, dead_at from spool where not is_delivered and collection = ${ACTIVITY_COLLECTION}
)`;

/** The entries that PostgreSQL has to deliver. */
@Injectable()
export class QueuedEntries {
  constructor(private readonly postgres: Postgres) {}

  /**
   * The id up to which every entry is either in MongoDB or returned by `undelivered`. It is the smallest of three
   * limits, which are read in this order: ids that are old enough to have settled; the start of the oldest open
   * transaction, because it may still commit an entry; and the entries that a queue is about to deliver, so that
   * sealing waits for the end of a backlog but not for dead letters.
   */
  async horizon(settleMs: number): Promise<string> {
    const [settled] = await this.ask(
      (sql) => sql<{ ms: number }[]>`
        select (extract(epoch from least(clock_timestamp(), min(xact_start))) * 1000)::float8 as ms
        from pg_stat_activity
        where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()
          and (backend_xid is not null or wait_event_type = 'Lock')`,
    );
    const bySettling = settled ? idFloor(settled.ms - settleMs) : FIRST_ID;
    const [oldest] = await this.ask(
      (sql) => sql<{ id: string }[]>`
        select id from ${waiting(sql)} as waiting where dead_at is null order by id limit 1`,
    );
    const byQueue = oldest ? idFloor(madeAt(oldest.id).getTime()) : bySettling;
    return byQueue < bySettling ? byQueue : bySettling;
  }

  /** The undelivered entries from `after` (exclusive) to `upTo` (inclusive): as a rule dead letters. */
  async undelivered(after: string, upTo: string): Promise<string[]> {
    const rows = await this.ask(
      (sql) => sql<{ id: string }[]>`
        select id from ${waiting(sql)} as waiting where id > ${after}::uuid and id <= ${upTo}::uuid`,
    );
    return rows.map(({ id }) => id);
  }

  /** Those of `ids` that are undelivered. */
  async among(ids: readonly string[]): Promise<string[]> {
    const rows = await this.ask(
      (sql) => sql<{ id: string }[]>`
        select id from ${waiting(sql)} as waiting where id = any(${uuidArray(ids)}::uuid[])`,
    );
    return rows.map(({ id }) => id);
  }

  private ask<T>(query: (sql: Sql) => Promise<T>): Promise<T> {
    return this.postgres.liveness.run(() => query(this.postgres.sql), 'audit.waiting');
  }
}
