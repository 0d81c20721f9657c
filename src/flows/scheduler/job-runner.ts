import { Injectable, Logger } from '@nestjs/common';

import { Unavailable } from '../../common/errors/kinds.js';
import { driverError } from '../../stores/postgres/postgres-errors.js';
import { backOffMs } from '../queue/back-off.js';
import { JobCounters, type JobOutcome } from './job-counters.js';
import { JobQueue, type LeasedJob } from './job-queue.pg.repository.js';
import { JobTakenOver, JobTransactions } from './job-transactions.js';
import { Jobs } from './jobs.js';
import type { KeyedJob, PeriodicJob } from './scheduled-job.js';
import { SchedulerTuning } from './scheduler-tuning.js';

/** Runs one leased job and records its outcome. */
@Injectable()
export class JobRunner {
  private readonly logger = new Logger(JobRunner.name);

  constructor(
    private readonly jobs: Jobs,
    private readonly queue: JobQueue,
    private readonly transactions: JobTransactions,
    private readonly counters: JobCounters,
    private readonly tuning: SchedulerTuning,
  ) {}

  /**
   * Never rejects. A run whose outcome could not be recorded is repeated when its lease ends. `stopping` is aborted
   * when the process stops.
   */
  async run(leased: LeasedJob, stopping: AbortSignal): Promise<void> {
    try {
      this.counters.add(leased.job, await this.attempt(leased, stopping));
    } catch (error) {
      this.logger.warn(`How ${leased.job} (${leased.id}) ended could not be recorded: ${String(error)}`);
    }
  }

  private async attempt(leased: LeasedJob, stopping: AbortSignal): Promise<JobOutcome> {
    try {
      const handler = this.jobs.find(leased.job);
      if (!handler) throw new Error(`No handler is named ${leased.job}`);
      if (handler.kind === 'periodic') await this.runPeriod(handler, leased, stopping);
      else await this.runOnce(handler, leased, stopping);
      return 'succeeded';
    } catch (error) {
      return this.recordFailure(leased, error);
    }
  }

  private async runPeriod(handler: PeriodicJob, leased: LeasedJob, stopping: AbortSignal): Promise<void> {
    const { id, dueAt, attempts } = leased;
    await within(this.limitOf(handler), stopping, (signal) => handler.run({ dueAt, attempts, signal }));
    await this.queue.advance(id);
  }

  private async runOnce(handler: KeyedJob, leased: LeasedJob, stopping: AbortSignal): Promise<void> {
    const { id, job, orgId, key, dueAt, attempts } = leased;
    if (orgId === null) throw new Error(`${job} belongs to an organisation`);
    // The column is null if the payload was left out.
    const payload = handler.payload.parse(leased.payload ?? undefined);
    const due = { job, orgId, key, payload, dueAt, attempts };
    if (handler.kind === 'transactional') {
      // Has no timeout here, because a handler that goes on after the rollback would work outside its transaction.
      // PostgreSQL limits it instead.
      const effect = { id, job, orgId, key };
      return this.transactions.run(effect, this.limitOf(handler), (tx) =>
        handler.run(tx, { ...due, signal: stopping }),
      );
    }
    await within(this.limitOf(handler), stopping, (signal) => handler.run({ ...due, signal }));
    await this.queue.remove(id);
  }

  private limitOf({ timeoutMs }: { timeoutMs?: number }): number {
    return timeoutMs ?? this.tuning.timeoutMs;
  }

  private async recordFailure({ id, job, attempts }: LeasedJob, error: unknown): Promise<JobOutcome> {
    if (error instanceof JobTakenOver) {
      this.logger.debug(`${job} (${id}) was cancelled, replaced or taken over; its effect is rolled back`);
      return 'lost';
    }
    if (error instanceof Unavailable) {
      await this.queue.defer(id, this.tuning.deferMs);
      return 'deferred';
    }
    this.logger.warn({ err: error }, `${job} (${id}) failed at attempt ${attempts + 1}`);
    await this.queue.fail(id, textOf(error), backOffMs(attempts + 1, this.tuning));
    return 'failed';
  }
}

/** Without the statement's parameters, and without the null character, which PostgreSQL's text cannot hold. */
function textOf(error: unknown): string {
  const cause = driverError(error);
  const text = cause instanceof Error ? cause.message : String(cause);
  return text.replaceAll('\0', '').slice(0, 1_000);
}

/** Rejects after `ms`. The signal that is passed to `work` is aborted then, and when the process stops. */
async function within(
  ms: number,
  stopping: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const reason = new Error(`The run took longer than ${ms} ms`);
      late.abort(reason);
      reject(reason);
    }, ms);
  });
  try {
    await Promise.race([work(AbortSignal.any([late.signal, stopping])), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
