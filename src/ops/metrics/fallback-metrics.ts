import { Injectable } from '@nestjs/common';

import { FallbackCounters } from '../../flows/fallback/fallback-counters.js';
import { Reconciler } from '../../flows/fallback/reconciler.js';
import { MetricsRegistry, single } from './metrics-registry.js';
import { SharedSnapshot } from './shared-snapshot.js';

/** Operations on records that two stores hold. */
@Injectable()
export class FallbackMetrics {
  constructor(metrics: MetricsRegistry, counters: FallbackCounters, reconciler: Reconciler) {
    const pending = new SharedSnapshot(FallbackMetrics.name, () => reconciler.pending());
    metrics.gauge('triptych_fallback_unreconciled', 'Records that one store may lack.', [], async () =>
      single(await pending.read()),
    );
    metrics.counter(
      'triptych_fallback_operations_total',
      'Operations of this process on both stores, by where they ended.',
      ['operation', 'outcome'],
      () =>
        counters.all.map(({ operation, outcome, count }) => ({
          labels: { operation, outcome },
          value: count,
        })),
    );
    metrics.counter(
      'triptych_fallback_reconciled_total',
      'Records that this process has made equal in both stores.',
      [],
      () => single(counters.reconciled),
    );
  }
}
