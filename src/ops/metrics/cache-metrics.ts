import { Injectable } from '@nestjs/common';

import { type CacheFigures, CacheStats, type RouteFigures } from '../../cache/cache-stats.js';
import { MetricsRegistry, type Samples, single } from './metrics-registry.js';

/** How a read was answered. */
const OUTCOMES = {
  hit_memory: 'memoryHits',
  hit_redis: 'redisHits',
  miss: 'misses',
  coalesced: 'coalesced',
  stale: 'stale',
  bypass: 'bypassed',
} as const satisfies Record<string, keyof RouteFigures>;

/** What the cache answered by itself, and what it could not. */
@Injectable()
export class CacheMetrics {
  constructor(
    private readonly metrics: MetricsRegistry,
    private readonly stats: CacheStats,
  ) {
    metrics.counter(
      'triptych_cache_reads_total',
      'Reads through the cache. coalesced: shared the load of another; stale: past its time, because a store is down.',
      ['route', 'outcome'],
      () => this.reads(),
    );
    this.total('not_modified', 'Answers 304.', ({ notModified }) => notModified);
    this.total('invalidations', 'Tags replaced after a write.', ({ invalidations }) => invalidations);
    this.total(
      'invalidations_failed',
      'Invalidations that Redis could not be told at once; they are repeated.',
      ({ invalidationsFailed }) => invalidationsFailed,
    );
    this.total(
      'budget_overruns',
      'Commands that Redis answered too late.',
      ({ budgetOverruns }) => budgetOverruns,
    );
    this.total(
      'redis_refusals',
      'Commands that Redis answered with an error.',
      ({ redisRefusals }) => redisRefusals,
    );
    this.total('stored_bytes', 'Bytes written into the cache.', ({ storedBytes }) => storedBytes);
    this.now('entries', 'Entries in this process.', ({ entries }) => entries);
    this.now('memory_bytes', 'Bytes in this process.', ({ bytes }) => bytes);
    this.now('trusted', 'Whether entries are served; 0: every read is loaded.', ({ isTrusted }) =>
      Number(isTrusted),
    );
    this.now(
      'pending_invalidations',
      'Tags that Redis has still to be told of.',
      ({ pending }) => pending.tags,
    );
  }

  private total(name: string, help: string, value: (figures: CacheFigures) => number): void {
    this.metrics.counter(`triptych_cache_${name}_total`, help, [], () =>
      single(value(this.stats.snapshot())),
    );
  }

  private now(name: string, help: string, value: (figures: CacheFigures) => number): void {
    this.metrics.gauge(`triptych_cache_${name}`, help, [], () => single(value(this.stats.snapshot())));
  }

  private reads(): Samples {
    return Object.entries(this.stats.snapshot().routes).flatMap(([route, figures]) =>
      Object.entries(OUTCOMES).map(([outcome, key]) => ({ labels: { route, outcome }, value: figures[key] })),
    );
  }
}
