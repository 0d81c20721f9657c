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

const savedBy = ({ memoryHits, redisHits, coalesced }: RouteFigures): number =>
  memoryHits + redisHits + coalesced;

/** What the cache has answered itself, and what it could not answer. */
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
    this.ofRoutes('not_modified_total', 'Answers 304.', ({ notModified }) => notModified);
    this.ofRoutes('loads_saved_total', 'Reads that no store was asked for.', savedBy);
    metrics.gauge(
      'triptych_cache_hit_ratio',
      'Hits among the reads, since the process started.',
      ['route'],
      () => this.hitRatios(),
    );
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
    this.total('early_hits', "Hits that were answered before Nest's pipeline.", ({ earlyHits }) => earlyHits);
    this.total('stored_bytes', 'Bytes written into the cache.', ({ storedBytes }) => storedBytes);
    this.now('entries', 'Entries in this process.', ({ entries }) => entries);
    this.now('memory_bytes', 'Bytes in this process.', ({ bytes }) => bytes);
    this.now('trusted', 'Whether entries are served; 0: every read is loaded.', ({ isTrusted }) =>
      Number(isTrusted),
    );
    this.now(
      'breaker_open',
      'Whether Redis was too slow and is not asked for a second.',
      ({ isBreakerOpen }) => Number(isBreakerOpen),
    );
    metrics.gauge(
      'triptych_cache_pending_invalidations',
      'What Redis has still to be told of: tags, whole organisations, or everything (0 or 1).',
      ['what'],
      () => this.pending(),
    );
  }

  private ofRoutes(name: string, help: string, value: (figures: RouteFigures) => number): void {
    this.metrics.counter(`triptych_cache_${name}`, help, ['route'], () =>
      Object.entries(this.stats.snapshot().routes).map(([route, figures]) => ({
        labels: { route },
        value: value(figures),
      })),
    );
  }

  private hitRatios(): Samples {
    return Object.entries(this.stats.snapshot().routes).flatMap(([route, figures]) => {
      const reads = Object.values(OUTCOMES).reduce((sum, outcome) => sum + figures[outcome], 0);
      const hits = figures.memoryHits + figures.redisHits;
      return reads === 0 ? [] : [{ labels: { route }, value: hits / reads }];
    });
  }

  private pending(): Samples {
    const { tags, organizations, everything } = this.stats.snapshot().pending;
    return Object.entries({ tags, organizations, everything: Number(everything) }).map(([what, value]) => ({
      labels: { what },
      value,
    }));
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
