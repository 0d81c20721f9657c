import { Injectable, type Provider } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { z } from 'zod';

import { newId } from '../../../src/common/ids/ids.js';
import { JobCounters } from '../../../src/flows/scheduler/job-counters.js';
import {
  type DueJob,
  type IdempotentJob,
  type NewJob,
  ScheduledJob,
  type TransactionalJob,
} from '../../../src/flows/scheduler/scheduled-job.js';
import { Scheduler } from '../../../src/flows/scheduler/scheduler.js';
import { SchedulerTuning } from '../../../src/flows/scheduler/scheduler-tuning.js';
import { Postgres, type Tx } from '../../../src/stores/postgres/postgres.js';
import { eventually } from '../../support/eventually.js';
import type { Flows, FlowsOptions } from '../flows/support/flows-harness.js';
import type { FlowsTest } from '../flows/support/flows-test.js';

const payload = z.object({ note: z.string() }).optional();
type Payload = z.infer<typeof payload>;

/** What happens within a run, after its effect: nothing, unless a test says otherwise. */
export type Within = (due: DueJob<Payload>, tx: Tx) => Promise<void> | void;

/** A handler whose effect is a row of the table `effects`. */
export function transactionalJob(within: Within = () => undefined, name = 'test.effect'): Provider {
  @ScheduledJob()
  @Injectable()
  class EffectJob implements TransactionalJob<Payload> {
    readonly name = name;
    readonly kind = 'transactional';
    readonly payload = payload;

    async run(tx: Tx, due: DueJob<Payload>): Promise<void> {
      const note = due.payload?.note ?? '';
      await tx.execute(
        sql`insert into effects (job, key, note, due_at) values (${due.job}, ${due.key}, ${note}, ${due.dueAt.toISOString()})`,
      );
      await within(due, tx);
    }
  }
  return EffectJob;
}

/** A handler whose effect is what a test does. */
export function idempotentJob(
  run: (due: DueJob<Payload>) => Promise<void>,
  { name = 'test.elsewhere', timeoutMs = 60_000 } = {},
): Provider {
  @ScheduledJob()
  @Injectable()
  class ElsewhereJob implements IdempotentJob<Payload> {
    readonly name = name;
    readonly kind = 'idempotent';
    readonly payload = payload;
    readonly timeoutMs = timeoutMs;
    readonly run = run;
  }
  return ElsewhereJob;
}

export interface Effect {
  key: string;
  note: string;
  job: string;
  /** How many milliseconds after its moment. */
  late: number;
}

/** The processes of one test, and what their jobs have done. */
export class ScheduleTest {
  readonly orgId = newId();
  private made = false;

  constructor(readonly test: FlowsTest) {}

  async start(
    providers: Provider[],
    { tuning = {}, ...options }: Omit<FlowsOptions, 'tuning'> & { tuning?: Partial<SchedulerTuning> } = {},
  ): Promise<Flows> {
    const fast = Object.assign(new SchedulerTuning(), { pollMs: 20, backOffBaseMs: 10, deferMs: 20 }, tuning);
    const flows = await this.test.start({
      ...options,
      providers,
      replace: [...(options.replace ?? []), [SchedulerTuning, fast]],
    });
    return flows;
  }

  /** A process that knows the handlers and runs none of them. */
  async startApi(providers: Provider[]): Promise<Flows> {
    const api = await this.start(providers, { env: { PROCESS_ROLE: 'api' } });
    if (!this.made) {
      await api.get(Postgres).sql`
        create table effects (job text, key text, note text, due_at timestamptz,
          ran_at timestamptz default clock_timestamp(), position bigint generated always as identity)`;
    }
    this.made = true;
    return api;
  }

  /** Due now unless `job` says otherwise. */
  at(flows: Flows, job: Partial<NewJob> = {}): Promise<void> {
    return flows.get(Postgres).transaction((tx) => flows.get(Scheduler).at(tx, this.job(job)));
  }

  job(job: Partial<NewJob> = {}): NewJob {
    return { job: 'test.effect', orgId: this.orgId, key: newId(), at: new Date(), ...job };
  }

  async effects(flows: Flows): Promise<Effect[]> {
    return flows.get(Postgres).sql<Effect[]>`
      select job, key, note, (extract(epoch from ran_at - due_at) * 1000)::float8 as late
      from effects order by position`;
  }

  async waiting(flows: Flows): Promise<number> {
    const [row] = await flows.get(Postgres).sql<{ count: number }[]>`
      select count(*)::int as count from scheduled_jobs where organization_id is not null`;
    return row?.count ?? -1;
  }

  done(flows: Flows): Promise<number> {
    return eventually(
      () => this.waiting(flows),
      (count) => count === 0,
      20_000,
    );
  }
}

/** How often runs of this process have ended so. */
export const countOf = (flows: Flows, outcome: string, job = 'test.effect'): number =>
  flows.get(JobCounters).all.find((one) => one.job === job && one.outcome === outcome)?.count ?? 0;
