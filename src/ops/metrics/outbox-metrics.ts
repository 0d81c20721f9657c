import { Injectable, Logger } from '@nestjs/common';

import { type OutboxSnapshot, OutboxStats } from '../../flows/outbox/outbox-stats.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { within } from '../within.js';
import { MetricsRegistry, single } from './metrics-registry.js';

const BUDGET_MS = 1_000;
/** The gauges of one scrape share one query. */
const FRESH_MS = 1_000;

/** How far MongoDB is behind PostgreSQL, and what does not get there. */
@Injectable()
export class OutboxMetrics {
  private readonly logger = new Logger(OutboxMetrics.name);
  private asked: Promise<OutboxSnapshot | null> | null = null;
  private askedAt = Number.NEGATIVE_INFINITY;

  constructor(
    metrics: MetricsRegistry,
    private readonly stats: OutboxStats,
  ) {
    metrics.gauge('triptych_outbox_pending', 'Events that MongoDB does not have yet.', [], async () =>
      single((await this.snapshot())?.pending),
    );
    metrics.gauge(
      'triptych_outbox_oldest_age_seconds',
      'How long the oldest of them waits.',
      [],
      async () => {
        const snapshot = await this.snapshot();
        return single(snapshot && snapshot.oldestAgeMs / 1_000);
      },
    );
    metrics.gauge(
      'triptych_outbox_dead_letters',
      'Events that were given up; somebody has to look.',
      [],
      async () => single((await this.snapshot())?.deadLetters),
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
  }

  /** Null where PostgreSQL is down or slow. */
  private snapshot(): Promise<OutboxSnapshot | null> {
    if (!this.asked || performance.now() - this.askedAt > FRESH_MS) {
      this.askedAt = performance.now();
      this.asked = within(this.ask(), BUDGET_MS);
    }
    return this.asked;
  }

  private async ask(): Promise<OutboxSnapshot | null> {
    try {
      return await this.stats.snapshot();
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) this.logger.warn(error, 'The outbox could not be counted');
      return null;
    }
  }
}
