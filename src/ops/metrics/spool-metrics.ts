import { Injectable } from '@nestjs/common';

import { SpoolStats } from '../../flows/spool/spool-stats.js';
import { MetricsRegistry, single } from './metrics-registry.js';
import { SharedSnapshot } from './shared-snapshot.js';

/** Documents that were accepted while MongoDB was away and that are on their way there. */
@Injectable()
export class SpoolMetrics {
  constructor(metrics: MetricsRegistry, stats: SpoolStats) {
    const snapshots = new SharedSnapshot(SpoolMetrics.name, () => stats.snapshot());
    metrics.gauge(
      'triptych_spool_pending',
      'Documents that wait for MongoDB; an estimate above 5,000.',
      [],
      async () => single((await snapshots.read())?.pending),
    );
    metrics.gauge('triptych_spool_oldest_age_seconds', 'How long the oldest of them waits.', [], async () => {
      const snapshot = await snapshots.read();
      return single(snapshot && snapshot.oldestAgeMs / 1_000);
    });
    metrics.gauge(
      'triptych_spool_dead_letters',
      'Documents that were given up, at most 10,000; somebody has to look.',
      [],
      async () => single((await snapshots.read())?.deadLetters),
    );
    metrics.counter('triptych_spool_accepted_total', 'Documents that this process took in.', [], () =>
      single(stats.counters.accepted),
    );
    metrics.counter('triptych_spool_delivered_total', 'Documents that this process delivered.', [], () =>
      single(stats.counters.delivered),
    );
  }
}
