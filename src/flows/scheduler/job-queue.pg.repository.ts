import { Injectable } from '@nestjs/common';
import type { Sql } from 'postgres';

import { uuidArray } from '../../stores/postgres/uuid-array.js';
import { LeaseOwner } from '../queue/lease-owner.js';
import { QueueConnection } from '../queue/queue-connection.js';
import { plannedForLongQueue } from '../queue/queue-statements.js';
import { SchedulerTuning } from './scheduler-tuning.js';

/** A job that this process may run until its lease ends. */
export interface LeasedJob {
  id: string;
  job: string;
  /** Null: a periodic job. */
  orgId: string | null;
  key: string;
  payload: unknown;
  dueAt: Date;
  attempts: number;
}

/** A job that this process knows, and how many runs of it the process may take. */
export interface JobCapacity {
  job: string;
  free: number;
}

/**
 * The due jobs: which process may run each, and their outcomes. Needs no lock of claims, because jobs have no order among them.
 */
@Injectable()
export class JobQueue {
  constructor(
    private readonly connection: QueueConnection,
    private readonly owner: LeaseOwner,
    private readonly tuning: SchedulerTuning,
  ) {}

  /**
   * Leases up to `limit` due jobs: the first due one of each job, then the second of each, so that a backlog of one
   * job delays no other. Two processes may find the same rows; the second skips those that the first has locked. This
   * process does not take a job again that it is `running`, even if the lease has ended meanwhile.
   */
  async claim(
    capacities: readonly JobCapacity[],
    limit: number,
    running: readonly string[] = [],
  ): Promise<LeasedJob[]> {
    const [, rows] = await this.connection.run('scheduler.claim', (sql) =>
      sql.begin((tx) => [
        plannedForLongQueue(tx),
        tx<LeasedJob[]>`
          with due as materialized (
            select first.id, first.available_at,
              row_number() over (partition by wanted.job order by first.available_at, first.id) as turn
            from jsonb_to_recordset(${JSON.stringify(capacities)}::text::jsonb) as wanted(job text, free int)
            cross join lateral (
              select s.id, s.available_at from scheduled_jobs s
              where s.job = wanted.job and s.dead_at is null and s.available_at <= statement_timestamp()
                and s.id <> all(${uuidArray(running)}::uuid[])
              order by s.available_at, s.id limit wanted.free) as first
          ), chosen as materialized (
            select due.id from due order by due.turn, due.available_at limit ${limit}
          ), locked as materialized (
            select s.id from scheduled_jobs s
            where s.id = any(array(select chosen.id from chosen))
              and s.dead_at is null and s.available_at <= statement_timestamp()
            for update of s skip locked
          )
          update scheduled_jobs s
          set lease_owner = ${this.owner.id}::uuid,
            available_at = clock_timestamp() + ${this.tuning.leaseMs} * interval '1 ms'
          where s.id = any(array(select locked.id from locked))
          returning s.id, s.job, s.organization_id as "orgId", s.key, s.payload, s.due_at as "dueAt", s.attempts`,
      ]),
    );
    return rows.map(({ ...row }) => row).sort((a, b) => a.dueAt.getTime() - b.dueAt.getTime());
  }

  /** Prolongs the leases of running jobs. Skips a locked row, because it is being finished or changed. */
  async renew(ids: readonly string[]): Promise<void> {
    await this.connection.run(
      'scheduler.renew',
      (sql) => sql`
        update scheduled_jobs s
        set available_at = clock_timestamp() + ${this.tuning.leaseMs} * interval '1 ms'
        where s.id = any(array(
          select l.id from scheduled_jobs l
          where l.id = any(${uuidArray(ids)}::uuid[]) and l.lease_owner = ${this.owner.id}::uuid
          for update skip locked))`,
    );
  }

  /** Removes a job that has run. If it was replaced meanwhile, the new one has another id and stays. */
  async remove(id: string): Promise<void> {
    await this.connection.run(
      'scheduler.remove',
      (sql) => sql`delete from scheduled_jobs where id = ${id}::uuid`,
    );
  }

  /** A periodic job has run. Its next period is the first that has not begun yet. */
  async advance(id: string): Promise<void> {
    await this.connection.run(
      'scheduler.advance',
      (sql) => sql`
        update scheduled_jobs s set
          due_at = next.due_at, available_at = next.due_at, lease_owner = null, attempts = 0, last_error = null,
          last_run_at = clock_timestamp(), last_outcome = 'succeeded'
        from (select id, ${nextPeriod(sql)} as due_at from scheduled_jobs where id = ${id}::uuid) as next
        where s.id = next.id and s.lease_owner = ${this.owner.id}::uuid`,
    );
  }

  /**
   * A run has failed. The job is tried again after `delayMs`. After its last attempt it becomes a dead letter; a
   * periodic job waits for its next period instead.
   */
  async fail(id: string, error: string, delayMs: number): Promise<void> {
    await this.connection.run(
      'scheduler.fail',
      (sql) => sql`
        update scheduled_jobs s set
          lease_owner = null, attempts = case when tried.is_last and s.every_ms is not null then 0 else s.attempts + 1 end,
          last_error = ${error},
          dead_at = case when tried.is_last and s.every_ms is null then clock_timestamp() end,
          due_at = case when tried.is_last and s.every_ms is not null then tried.next_due_at else s.due_at end,
          available_at = case when tried.is_last and s.every_ms is not null then tried.next_due_at
            else clock_timestamp() + ${delayMs} * interval '1 ms' end,
          last_run_at = case when s.every_ms is not null then clock_timestamp() end,
          last_outcome = case when s.every_ms is not null then 'failed' end
        from (
          select id, attempts + 1 >= ${this.tuning.maxAttempts} as is_last, ${nextPeriod(sql)} as next_due_at
          from scheduled_jobs where id = ${id}::uuid) as tried
        where s.id = tried.id and s.lease_owner = ${this.owner.id}::uuid and s.dead_at is null`,
    );
  }

  /** Releases a job that could not be tried. */
  async defer(id: string, delayMs: number): Promise<void> {
    await this.connection.run(
      'scheduler.defer',
      (sql) => sql`
        update scheduled_jobs set lease_owner = null, available_at = clock_timestamp() + ${delayMs} * interval '1 ms'
        where id = ${id}::uuid and lease_owner = ${this.owner.id}::uuid and dead_at is null`,
    );
  }

  /** Releases these jobs for another process. */
  async release(ids: readonly string[]): Promise<void> {
    await this.connection.run(
      'scheduler.release',
      (sql) => sql`
        update scheduled_jobs set lease_owner = null, available_at = clock_timestamp()
        where id = any(${uuidArray(ids)}::uuid[]) and lease_owner = ${this.owner.id}::uuid and dead_at is null`,
    );
  }

  /** How long until the first of these jobs is due; negative if one is due already, infinite if none is scheduled. */
  async nextDueInMs(jobs: readonly string[]): Promise<number> {
    const [, [row]] = await this.connection.run('scheduler.next_due', (sql) =>
      sql.begin((tx) => [
        plannedForLongQueue(tx),
        tx<{ ms: number | null }[]>`
          select (extract(epoch from min(first.available_at) - clock_timestamp()) * 1000)::float8 as ms
          from jsonb_array_elements_text(${JSON.stringify(jobs)}::text::jsonb) as wanted(job)
          cross join lateral (
            select s.available_at from scheduled_jobs s where s.job = wanted.job and s.dead_at is null
            order by s.available_at, s.id limit 1) as first`,
      ]),
    );
    return row?.ms ?? Infinity;
  }
}

/** The beginning of the first future period, counted from `due_at`. */
const nextPeriod = (sql: Sql) => sql`
  due_at + (floor(extract(epoch from clock_timestamp() - due_at) * 1000 / every_ms) + 1) * every_ms * interval '1 ms'`;
