import { Injectable } from '@nestjs/common';
import type { Sql, TransactionSql } from 'postgres';

import { QueueConnection } from '../queue/queue-connection.js';

/** A month of the event log: the partition's name, its first id, and the first id after it. */
export interface Month {
  name: string;
  firstId: string;
  endId: string;
}

/**
 * `needed`: an event of the month waits, or the audit seal does not cover all of it. `elsewhere`: another process is
 * running the retention.
 */
export type DropOutcome = 'dropped' | 'needed' | 'elsewhere';

/**
 * Inserts of events wait while this transaction waits for a table or holds one. So the limits are short, and the
 * retention tries again a little later.
 */
const LIMITS = { lock_timeout: '200ms', statement_timeout: '5s' } as const;
/** Two integers, like the lock of claims. One process runs the retention at a time. */
const RETENTION_LOCK = [7_471, 2] as const;
const TRIM_LIMIT = 5_000;

/** The partitions of `outbox_events`, one for each month by the time in the events' ids, and a default one. */
@Injectable()
export class EventPartitions {
  constructor(private readonly connection: QueueConnection) {}

  /** Creates the missing partitions from the oldest month to `months` from now. Returns how many it created. */
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

  /** Drops a month if nothing needs it. The locks come first, so that no event is added to it after the check. */
  async drop(month: Month): Promise<DropOutcome> {
    const outcome = await this.alone('outbox.partition_drop', async (tx): Promise<DropOutcome> => {
      const [found] = await tx`select 1 from outbox_months() where name = ${month.name}`;
      if (!found) return 'elsewhere';
      // Checked first without locks, so that a month that is needed for long blocks no other transaction.
      if (await isNeeded(tx, month)) return 'needed';
      // The table before its partitions, as every other transaction locks them. A drop locks the default partition
      // too.
      await tx`lock table only public.outbox_events in access exclusive mode`;
      await tx`lock table ${tx(`public.${month.name}`)}, public.outbox_events_default in access exclusive mode`;
      if (await isNeeded(tx, month)) return 'needed';
      await tx`drop table ${tx(`public.${month.name}`)}`;
      return 'dropped';
    });
    return outcome ?? 'elsewhere';
  }

  /**
   * Deletes the events of the default partition that nothing needs any more. It deletes only events from before the
   * log's beginning, where nothing relies on the log to be complete. Returns how many events.
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

  /**
   * Runs in a transaction that does not overlap with one of another process. Null if another process is running one;
   * then nothing was done.
   */
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
