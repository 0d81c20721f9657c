import { Module } from '@nestjs/common';

import { LiveModule } from '../../flows/live/live.module.js';
import { CacheMetrics } from './cache-metrics.js';
import { DatabaseFiguresReader } from './database-figures.js';
import { DatabaseMetrics } from './database-metrics.js';
import { HttpMetrics } from './http-metrics.js';
import { JobMetrics } from './job-metrics.js';
import { MetricsRegistry } from './metrics-registry.js';
import { MetricsController } from './metrics.controller.js';
import { OutboxMetrics } from './outbox-metrics.js';
import { SpoolMetrics } from './spool-metrics.js';
import { StoreMetrics } from './store-metrics.js';

/** Needs the global modules of the stores, the cache and the flows. Hooks itself into the server and the stores. */
@Module({
  imports: [LiveModule],
  controllers: [MetricsController],
  providers: [
    MetricsRegistry,
    HttpMetrics,
    StoreMetrics,
    DatabaseFiguresReader,
    DatabaseMetrics,
    CacheMetrics,
    JobMetrics,
    OutboxMetrics,
    SpoolMetrics,
  ],
})
export class MetricsModule {}
