import { Module } from '@nestjs/common';

import { FallbackModule } from '../../flows/fallback/fallback.module.js';
import { ConfigsModule } from '../../modules/configs/configs.module.js';
import { LiveModule } from '../../flows/live/live.module.js';
import { AnalyticsModule } from '../../modules/analytics/analytics.module.js';
import { RateLimitsModule } from '../../modules/rate-limits/rate-limits.module.js';
import { RequestLogsModule } from '../../modules/request-logs/request-logs.module.js';
import { StripeWebhooksModule } from '../../modules/stripe-webhooks/stripe-webhooks.module.js';
import { CacheMetrics } from './cache-metrics.js';
import { ConfigMetrics } from './config-metrics.js';
import { DatabaseFiguresReader } from './database-figures.js';
import { DatabaseMetrics } from './database-metrics.js';
import { EventMetrics } from './event-metrics.js';
import { EffectMetrics } from './effect-metrics.js';
import { FallbackMetrics } from './fallback-metrics.js';
import { HttpMetrics } from './http-metrics.js';
import { JobMetrics } from './job-metrics.js';
import { MetricsRegistry } from './metrics-registry.js';
import { MetricsController } from './metrics.controller.js';
import { OutboxMetrics } from './outbox-metrics.js';
import { RateLimitMetrics } from './rate-limit-metrics.js';
import { SpoolMetrics } from './spool-metrics.js';
import { StoreMetrics } from './store-metrics.js';
import { StripeMetrics } from './stripe-metrics.js';

/** Needs the global modules of the stores, the cache and the flows. Hooks itself into the server and the stores. */
@Module({
  imports: [
    AnalyticsModule,
    ConfigsModule,
    FallbackModule,
    LiveModule,
    RateLimitsModule,
    RequestLogsModule,
    StripeWebhooksModule,
  ],
  controllers: [MetricsController],
  providers: [
    MetricsRegistry,
    EventMetrics,
    EffectMetrics,
    HttpMetrics,
    StoreMetrics,
    DatabaseFiguresReader,
    DatabaseMetrics,
    CacheMetrics,
    FallbackMetrics,
    ConfigMetrics,
    JobMetrics,
    OutboxMetrics,
    RateLimitMetrics,
    SpoolMetrics,
    StripeMetrics,
  ],
  exports: [MetricsRegistry],
})
export class MetricsModule {}
