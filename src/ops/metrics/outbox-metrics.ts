import { Injectable } from '@nestjs/common';
import { Histogram } from 'prom-client';

import { OutboxStats } from '../../flows/outbox/outbox-stats.js';
import { MetricsRegistry, single } from './metrics-registry.js';
import { SharedSnapshot } from './shared-snapshot.js';

const BUCKETS_SECONDS = [0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800];

/** How far MongoDB is behind PostgreSQL, and which events do not arrive. */
@Injectable()
export class OutboxMetrics {
  constructor(metrics: MetricsRegistry, stats: OutboxStats) {
    const snapshots = new SharedSnapshot(OutboxMetrics.name, () => stats.snapshot());
    metrics.gauge(
      'triptych_outbox_pending',
      'Events that MongoDB does not have yet; an estimate above 5,000.',
      [],
      async () => single((await snapshots.read())?.pending),
    );
    metrics.gauge(
      'triptych_outbox_oldest_age_seconds',
      'How long the oldest of them waits.',
      [],
      async () => {
        const snapshot = await snapshots.read();
        return single(snapshot && snapshot.oldestAgeMs / 1_000);
      },
    );
    metrics.gauge(
      'triptych_outbox_dead_letters',
      'Events that were given up, at most 10,000; somebody has to look.',
      [],
      async () => single((await snapshots.read())?.deadLetters),
    );
    const ages = new SharedSnapshot(OutboxMetrics.name, () => stats.logAgeMs());
    metrics.gauge(
      'triptych_outbox_log_age_seconds',
      'How far back the event log reaches; retention and up to two months, or something holds it.',
      [],
      async () => {
        const ageMs = await ages.read();
        return single(ageMs && ageMs / 1_000);
      },
    );
    const { counters } = stats;
    metrics.counter(
      'triptych_outbox_delivered_total',
      'Events that this process has written into MongoDB. inline: straight after their commit.',
      ['path'],
      () => [
        { labels: { path: 'inline' }, value: counters.inline },
        { labels: { path: 'relay' }, value: counters.delivered - counters.inline },
      ],
    );
    metrics.counter(
      'triptych_outbox_failed_attempts_total',
      'Deliveries of this process that were refused.',
      [],
      () => single(counters.failed),
    );
    const lag = new Histogram({
      name: 'triptych_outbox_lag_seconds',
      help: 'How long after it was recorded an event could be read in MongoDB.',
      buckets: BUCKETS_SECONDS,
      registers: [metrics.registry],
    });
    counters.onVisible = (lagMs) => lag.observe(lagMs / 1_000);
  }
}
