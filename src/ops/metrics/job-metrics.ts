import { Injectable } from '@nestjs/common';

import { JobStats } from '../../flows/scheduler/job-stats.js';
import { MetricsRegistry, single } from './metrics-registry.js';
import { SharedSnapshot } from './shared-snapshot.js';

/** Due jobs, their delay, and the runs of this process. */
@Injectable()
export class JobMetrics {
  constructor(metrics: MetricsRegistry, stats: JobStats) {
    const snapshots = new SharedSnapshot(JobMetrics.name, () => stats.snapshot());
    metrics.gauge(
      'triptych_jobs_due',
      'Jobs that are due and not running; at most 5,000 of each job are counted.',
      [],
      async () => single((await snapshots.read())?.due),
    );
    metrics.gauge('triptych_jobs_lateness_seconds', 'How late the latest of them is.', [], async () => {
      const snapshot = await snapshots.read();
      return single(snapshot && snapshot.latestMs / 1_000);
    });
    metrics.gauge('triptych_jobs_dead_letters', 'Jobs that were given up, at most 10,000.', [], async () =>
      single((await snapshots.read())?.deadLetters),
    );
    metrics.counter('triptych_jobs_run_total', 'Runs of this process.', ['job', 'outcome'], () =>
      stats.counters.all.map(({ job, outcome, count }) => ({ labels: { job, outcome }, value: count })),
    );
  }
}
