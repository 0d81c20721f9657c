import { Injectable } from '@nestjs/common';

import { type PeriodicJob, ScheduledJob } from '../scheduler/scheduled-job.js';
import { Reconciler } from './reconciler.js';

/**
 * The safety net for marks of a process that was killed before a store came back. Runs on one process in each period.
 */
@ScheduledJob()
@Injectable()
export class ReconcileJob implements PeriodicJob {
  readonly name = 'fallback.reconcile';
  readonly kind = 'periodic';
  readonly everyMs = 10_000;

  constructor(private readonly reconciler: Reconciler) {}

  async run(): Promise<void> {
    await this.reconciler.reconcile();
  }
}
