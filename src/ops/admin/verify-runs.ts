import { AsyncLocalStorage } from 'node:async_hooks';

import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';

import { isId, newId } from '../../common/ids/ids.js';
import { Clock } from '../../common/time/clock.js';
import { type CheckReport, Reconciliation } from '../../flows/reconciliation/reconciliation.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { VerifyRunning } from './verify.errors.js';
import type { VerifyRun } from './verify-run.js';
import { VerifyRunsRepository } from './verify-runs.pg.repository.js';

const HEARTBEAT_MS = 3_000;
const LOST = 'The process that compared the stores has ended before it was done.';

interface RunOptions {
  only?: readonly string[] | undefined;
  isRepair: boolean;
}

/**
 * Comparisons of this process, one at a time. Their progress is stored in PostgreSQL, where every instance reads it.
 */
@Injectable()
export class VerifyRuns implements BeforeApplicationShutdown {
  private readonly logger = new Logger(VerifyRuns.name);
  private readonly shutdown = new AbortController();
  /** The run continues after the answer, so it must not use the request's transaction. */
  private readonly outsideOfRequests = AsyncLocalStorage.snapshot();
  private noted: Promise<void> = Promise.resolve();
  private current: { run: VerifyRun; ended: Promise<void> } | null = null;

  constructor(
    private readonly reconciliation: Reconciliation,
    private readonly stored: VerifyRunsRepository,
    private readonly clock: Clock,
  ) {}

  /** Throws `NoCheckSelected`, `UnknownCheck`, `VerifyRunning`. */
  async start(options: RunOptions): Promise<VerifyRun> {
    this.reconciliation.selected(options.only);
    if (this.current?.run.status === 'running') throw new VerifyRunning(this.current.run.id);
    const run: VerifyRun = {
      ...{ id: newId(), status: 'running', isRepair: options.isRepair, startedAt: this.clock.now() },
      ...{ finishedAt: null, checks: [], isOk: null, remaining: null, failure: null },
    };
    const isSaved = this.outsideOfRequests(() => this.stored.save(run));
    const ended = isSaved
      .then(() => this.outsideOfRequests(() => this.work(run, options)))
      .finally(() => {
        if (this.current?.run === run) this.current = null;
      });
    this.current = { run, ended };
    await Promise.race([isSaved, ended]);
    return run;
  }

  /** Null if there is no such run, or if it is too old. */
  async get(id: string): Promise<VerifyRun | null> {
    if (this.current?.run.id === id) return this.current.run;
    const found = isId(id) ? await this.stored.find(id) : null;
    if (!found) return null;
    const isLost = found.run.status === 'running' && found.isSilent;
    return isLost ? { ...found.run, status: 'failed', failure: LOST } : found.run;
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.shutdown.abort(new Error('The process is stopping'));
    await this.current?.ended.catch((error: unknown) => this.logger.debug(error));
  }

  /** Never rejects. The outcome is stored in the run. */
  private async work(run: VerifyRun, options: RunOptions): Promise<void> {
    const heartbeat = setInterval(() => void this.note(run), HEARTBEAT_MS);
    try {
      await this.compare(run, options);
    } catch (error) {
      run.status = 'failed';
      run.failure = failureOf(error);
      this.logger.warn(error, 'The stores could not be compared');
    }
    clearInterval(heartbeat);
    run.finishedAt = this.clock.now();
    await this.note(run);
  }

  private async compare(run: VerifyRun, options: RunOptions): Promise<void> {
    const progress = new Map<string, CheckReport>();
    const report = await this.reconciliation.verify({
      ...options,
      signal: this.shutdown.signal,
      onProgress: (check, isSecond) => {
        if (isSecond) return;
        progress.set(check.name, { ...check });
        run.checks = [...progress.values()];
      },
    });
    Object.assign(run, {
      checks: report.checks,
      isOk: report.ok,
      remaining: report.remaining,
      status: 'done',
    });
  }

  /** If a write fails, the next heartbeat writes the state. If none does, the run counts as lost. */
  private note(run: VerifyRun): Promise<void> {
    // One after the other, because an older state must not overwrite the last one.
    this.noted = this.noted
      .then(() => this.stored.save(run))
      .catch((error: unknown) => this.logger.warn(error, 'How far the comparison is could not be kept'));
    return this.noted;
  }
}

const failureOf = (error: unknown): string =>
  error instanceof StoreUnavailable
    ? 'A store could not be reached, so that nothing was found out. Try again when it is back.'
    : 'The comparison ended with an error; the log has it.';
