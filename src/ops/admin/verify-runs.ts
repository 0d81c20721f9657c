import { AsyncLocalStorage } from 'node:async_hooks';

import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';

import { BoundedMap } from '../../cache/bounded-map.js';
import { newId } from '../../common/ids/ids.js';
import { Clock } from '../../common/time/clock.js';
import {
  type CheckReport,
  Reconciliation,
  type VerifyReport,
} from '../../flows/reconciliation/reconciliation.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { VerifyRunning } from './verify.errors.js';

const MAX_RUNS = 50;

/** A comparison of the stores that somebody has asked for. */
export interface VerifyRun {
  id: string;
  status: 'running' | 'done' | 'failed';
  isRepair: boolean;
  startedAt: Date;
  finishedAt: Date | null;
  /** What was found so far. */
  checks: readonly CheckReport[];
  /** Once it is done. */
  report: VerifyReport | null;
  /** Once it has failed: for people, without a word of a store. */
  failure: string | null;
}

/** Comparisons of this process, one at a time. Their results are kept in memory, the last fifty, until it ends. */
@Injectable()
export class VerifyRuns implements BeforeApplicationShutdown {
  private readonly logger = new Logger(VerifyRuns.name);
  private readonly runs = new BoundedMap<string, VerifyRun>(MAX_RUNS);
  private readonly shutdown = new AbortController();
  /** A request's transaction must not reach into what goes on after its answer. */
  private readonly outsideOfRequests = AsyncLocalStorage.snapshot();
  private current: { id: string; ended: Promise<void> } | null = null;

  constructor(
    private readonly reconciliation: Reconciliation,
    private readonly clock: Clock,
  ) {}

  /** Throws `UnknownCheck`, `VerifyRunning`. */
  start(options: { only?: readonly string[] | undefined; isRepair: boolean }): VerifyRun {
    this.reconciliation.selected(options.only);
    if (this.current) throw new VerifyRunning(this.current.id);
    const { isRepair } = options;
    const run: VerifyRun = {
      ...{ id: newId(), status: 'running', isRepair, startedAt: this.clock.now(), finishedAt: null },
      ...{ checks: [], report: null, failure: null },
    };
    this.runs.set(run.id, run);
    const ended = this.outsideOfRequests(() => this.work(run, options)).finally(() => {
      this.current = null;
    });
    this.current = { id: run.id, ended };
    return run;
  }

  get(id: string): VerifyRun | null {
    return this.runs.get(id) ?? null;
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.shutdown.abort(new Error('The process is stopping'));
    await this.current?.ended;
  }

  /** Never rejects: how it ended stands in the run. */
  private async work(
    run: VerifyRun,
    options: { only?: readonly string[] | undefined; isRepair: boolean },
  ): Promise<void> {
    const progress = new Map<string, CheckReport>();
    try {
      run.report = await this.reconciliation.verify({
        ...options,
        signal: this.shutdown.signal,
        onProgress: (report, isSecond) => {
          if (isSecond) return;
          progress.set(report.name, { ...report });
          run.checks = [...progress.values()];
        },
      });
      run.checks = run.report.checks;
      run.status = 'done';
    } catch (error) {
      run.status = 'failed';
      run.failure = failureOf(error);
      this.logger.warn(error, 'The stores could not be compared');
    }
    run.finishedAt = this.clock.now();
  }
}

const failureOf = (error: unknown): string =>
  error instanceof StoreUnavailable
    ? 'A store could not be reached, so that nothing was found out. Try again when it is back.'
    : 'The comparison ended with an error; the log has it.';
