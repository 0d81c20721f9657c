import { Injectable } from '@nestjs/common';

import { EffectStats } from '../../flows/effects/effect-stats.mongo.repository.js';
import { MetricsRegistry, single } from './metrics-registry.js';
import { SharedSnapshot } from './shared-snapshot.js';

/** Pending effects of changed documents in MongoDB. */
@Injectable()
export class EffectMetrics {
  constructor(metrics: MetricsRegistry, stats: EffectStats) {
    const snapshots = new SharedSnapshot(EffectMetrics.name, () => stats.snapshot());
    metrics.gauge('triptych_effects_pending', 'Documents with effects that wait.', [], async () =>
      single((await snapshots.read())?.pending),
    );
    metrics.gauge(
      'triptych_effects_dead_letters',
      'Documents with effects that were given up; an operator has to look.',
      [],
      async () => single((await snapshots.read())?.deadLetters),
    );
  }
}
