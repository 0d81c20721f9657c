import { Injectable } from '@nestjs/common';

import type { CacheRead } from './cache-request.js';
import type { PendingFigures } from './shared-tier.js';

/** How the reads of one route were answered, since the process started. */
export interface RouteFigures {
  memoryHits: number;
  redisHits: number;
  misses: number;
  coalesced: number;
  stale: number;
  bypassed: number;
  /** Answers with status 304, from whichever tier. */
  notModified: number;
}

/** Present values, as opposed to counters. */
export interface CacheGauges {
  entries: number;
  bytes: number;
  /** False: Redis is away or not trusted yet, so every read is loaded. */
  isTrusted: boolean;
  pending: PendingFigures;
  /** Redis was too slow several times in a row, so it is not asked for a while. */
  isBreakerOpen: boolean;
}

export interface CacheFigures extends CacheGauges {
  routes: Readonly<Record<string, RouteFigures>>;
  invalidations: number;
  /** Invalidations that could not be written to Redis at once. */
  invalidationsFailed: number;
  budgetOverruns: number;
  /** Commands that Redis answered with an error (out of memory, read-only replica). */
  redisRefusals: number;
  notModified: number;
  /** Hits that were answered before Nest's pipeline. */
  earlyHits: number;
  storedBytes: number;
}

const UNOBSERVED: CacheGauges = {
  entries: 0,
  bytes: 0,
  isTrusted: false,
  pending: { tags: 0, organizations: 0, everything: false },
  isBreakerOpen: false,
};

/** Counters of the cache, for the metrics. */
@Injectable()
export class CacheStats {
  private readonly routes = new Map<string, RouteFigures>();
  private gauges: () => CacheGauges = () => UNOBSERVED;
  private invalidations = 0;
  private invalidationsFailed = 0;
  private budgetOverruns = 0;
  private redisRefusals = 0;
  private earlyHits = 0;
  private storedBytes = 0;

  snapshot(): CacheFigures {
    return {
      ...this.gauges(),
      routes: Object.fromEntries([...this.routes].map(([route, figures]) => [route, { ...figures }])),
      invalidations: this.invalidations,
      invalidationsFailed: this.invalidationsFailed,
      budgetOverruns: this.budgetOverruns,
      redisRefusals: this.redisRefusals,
      notModified: [...this.routes.values()].reduce((sum, { notModified }) => sum + notModified, 0),
      earlyHits: this.earlyHits,
      storedBytes: this.storedBytes,
    };
  }

  observe(gauges: () => CacheGauges): void {
    this.gauges = gauges;
  }

  answered(route: string, { outcome, tier }: CacheRead): void {
    const figures = this.of(route);
    if (outcome === 'hit') figures[tier === 'memory' ? 'memoryHits' : 'redisHits'] += 1;
    else if (outcome === 'miss') figures.misses += 1;
    else if (outcome === 'coalesced') figures.coalesced += 1;
    else if (outcome === 'stale') figures.stale += 1;
    else figures.bypassed += 1;
  }

  invalidated(isDone: boolean): void {
    this.invalidations += 1;
    if (!isDone) this.invalidationsFailed += 1;
  }

  budgetOverran(): void {
    this.budgetOverruns += 1;
  }

  redisRefused(): void {
    this.redisRefusals += 1;
  }

  notModified(route: string): void {
    this.of(route).notModified += 1;
  }

  hitEarly(): void {
    this.earlyHits += 1;
  }

  stored(bytes: number): void {
    this.storedBytes += bytes;
  }

  private of(route: string): RouteFigures {
    let figures = this.routes.get(route);
    if (!figures) {
      figures = {
        memoryHits: 0,
        redisHits: 0,
        misses: 0,
        coalesced: 0,
        stale: 0,
        bypassed: 0,
        notModified: 0,
      };
      this.routes.set(route, figures);
    }
    return figures;
  }
}
