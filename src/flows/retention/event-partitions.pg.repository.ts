import { Injectable } from '@nestjs/common';
import type { Sql, TransactionSql } from 'postgres';

import { QueueConnection } from '../queue/queue-connection.js';

/** A month of the event log: the partition's name, its first id, and the first id after it. */
export interface Month {
  name: string;
  firstId: string;
  endId: string;
}

/** `needed`: an event of it waits, or the audit seal has not seen all of it. `elsewhere`: another process is at it. */
export type Fate = 'dropped' | 'needed' | 'elsewhere';

/** Events that are written wait as long as we wait for a table, or hold one. So not long, and again a little later. */
const LIMITS = { lock_timeout: '200ms', statement_timeout: '5s' } as const;
/** Two integers, as the lock of claims: one process at a time. */
const RETENTION_LOCK = [7_471, 2] as const;
const TRIM_LIMIT = 5_000;

/** The partitions of `outbox_events`, one for each month by the time in the events' ids, and a default one. */
@Injectable()
export class EventPartitions {
  constructor(private readonly connection: QueueConnection) {}

  /** Makes those from the oldest one to `months` from now where they are missing. Returns how many it made. */
  async makeAhead(months: number): Promise<number> {
    const made = await this.alone('outbox.partitions_ahead', async (tx) => {
      const [row] = await tx<{ made: number }[]>`
        select outbox_make_partitions(
          coalesce((
            select to_date(right(name, 7), 'YYYY_MM')::timestamp at time zone 'UTC'
            from outbox_months() order by first_id limit 1), now()),
          now() + ${months} * interval '1 month') as made`;
      return row?.made ?? 0;
    });
    return made ?? 0;
  }

  /** The months that ended before `cutoff`, the oldest first. */
  endedBefore(cutoff: Date): Promise<Month[]> {
    return this.connection.run(
      'outbox.partitions_ended',
      (sql) => sql<Month[]>`
        select name, first_id as "firstId", end_id as "endId" from outbox_months()
        where end_id <= outbox_first_id(${cutoff.toISOString()}::text::timestamptz) order by end_id`,
    );
  }

  /** Drops a month that nobody needs. The locks come first, so that no event of it is added after the look. */
  async drop(month: Month): Promise<Fate> {
    const fate = await this.alone('outbox.partition_drop', async (tx): Promise<Fate> => {
      const [found] = await tx`select 1 from outbox_months() where name = ${month.name}`;
      if (!found) return 'elsewhere';
      // Once without locks, so that a month that is needed for long disturbs nobody.
      if (await isNeeded(tx, month)) return 'needed';
      // The table before its partitions, as everybody locks them; a drop locks the default one, too.
      await tx`lock table only public.outbox_events in access exclusive mode`;
      await tx`lock table ${tx(`public.${month.name}`)}, public.outbox_events_default in access exclusive mode`;
      if (await isNeeded(tx, month)) return 'needed';
      await tx`drop table ${tx(`public.${month.name}`)}`;
      return 'dropped';
    });
    return fate ?? 'elsewhere';
  }

  /**
   * Deletes what the default partition had to take and nobody needs any more: only from before the log's beginning, where
   * nobody relies on it to be whole. Returns how many events.
   */
  async trimDefault(cutoff: Date): Promise<number> {
    const count = await this.alone('outbox.partition_trim', async (tx) => {
      const trimmed = await tx`
        delete from outbox_events_default where id in (
          select e.id from outbox_events_default e
          where e.id < outbox_log_beginning() and e.recorded_at < ${cutoff.toISOString()}::text::timestamptz
            and not exists (select 1 from outbox_queue q where q.event_id = e.id)
          order by e.id limit ${TRIM_LIMIT})`;
      return trimmed.count;
    });
    return count ?? 0;
  }

  /** In a transaction that no other process' overlaps; null, and nothing done, where one is under way. */
  private alone<T>(name: string, work: (tx: TransactionSql) => Promise<T>): Promise<T | null> {
    const transaction = async (sql: Sql): Promise<{ value: T | null }> =>
      sql.begin(async (tx) => {
        const [row] = await tx<{ is_ours: boolean }[]>`
          select pg_try_advisory_xact_lock(${RETENTION_LOCK[0]}, ${RETENTION_LOCK[1]}) as is_ours,
            set_config('lock_timeout', ${LIMITS.lock_timeout}, true),
            set_config('statement_timeout', ${LIMITS.statement_timeout}, true)`;
        return { value: row?.is_ours ? await work(tx) : null };
      }) as Promise<{ value: T | null }>;
    return this.connection.run(name, async (sql) => (await transaction(sql)).value);
  }
}

async function isNeeded(tx: TransactionSql, { firstId, endId }: Month): Promise<boolean> {
  const [row] = await tx<{ is_needed: boolean }[]>`
    select exists (
      select 1 from outbox_queue where event_id >= ${firstId}::uuid and event_id < ${endId}::uuid
    ) or not exists (select 1 from audit_sealing where watermark >= ${endId}::uuid) as is_needed`;
  return row?.is_needed ?? true;
}
