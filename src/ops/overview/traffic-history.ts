import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';

import { fastifyOf } from '../../common/http/fastify-of.js';
import { Clock } from '../../common/time/clock.js';
import { type CacheTotals, Figures, type HttpTotals } from './figures.js';
import { bucketsSince, quantileSeconds } from './latency-buckets.js';

const EVERY_MS = 5_000;
/** Ten minutes. */
const KEPT = 120;

/** The requests of this process between two readings of its counters. */
export interface TrafficSample {
  at: Date;
  requestsPerSecond: number;
  errorsPerSecond: number;
  p50Ms: number | null;
  p95Ms: number | null;
  /** The share of hits among the reads through the cache. Null without such reads. */
  hitRatio: number | null;
}

interface Reading {
  http: HttpTotals;
  cache: CacheTotals;
  /** By the monotonic clock. */
  atMs: number;
}

/** The traffic of this process in the last ten minutes, for a page that has just been opened. */
@Injectable()
export class TrafficHistory implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(TrafficHistory.name);
  private readonly samples: TrafficSample[] = [];
  private last: Reading | null = null;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly figures: Figures,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    // A command answers no requests and has no such metrics.
    if (!fastifyOf(this.host)) return;
    this.timer = setInterval(() => {
      this.sample().catch((error: unknown) => this.logger.warn(error, 'The traffic could not be counted'));
    }, EVERY_MS).unref();
  }

  onModuleDestroy(): void {
    if (this.timer) clearInterval(this.timer);
  }

  /** The oldest first. */
  get recent(): readonly TrafficSample[] {
    return this.samples;
  }

  /** Reads the counters. From the second reading on, each adds one sample. */
  async sample(): Promise<void> {
    const [http, cache] = await Promise.all([this.figures.http(), this.figures.cache()]);
    const now: Reading = { http, cache, atMs: performance.now() };
    if (this.last) this.samples.push(between(this.last, now, this.clock.now()));
    if (this.samples.length > KEPT) this.samples.shift();
    this.last = now;
  }
}

function between(before: Reading, now: Reading, at: Date): TrafficSample {
  const seconds = (now.atMs - before.atMs) / 1_000;
  const latency = bucketsSince(now.http.latency, before.http.latency);
  const inMs = (share: number): number | null => {
    const found = quantileSeconds(latency, share);
    return found === null ? null : found * 1_000;
  };
  const reads = now.cache.reads - before.cache.reads;
  return {
    at,
    requestsPerSecond: (now.http.requests - before.http.requests) / seconds,
    errorsPerSecond: (now.http.errors - before.http.errors) / seconds,
    p50Ms: inMs(0.5),
    p95Ms: inMs(0.95),
    hitRatio: reads === 0 ? null : (now.cache.hits - before.cache.hits) / reads,
  };
}
