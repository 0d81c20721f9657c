import { type DynamicModule, Module } from '@nestjs/common';

import { CacheModule } from './cache/cache.module.js';
import { CommonModule } from './common/common.module.js';
import type { Config } from './config/config.js';
import { ConfigModule } from './config/config.module.js';
import { DECLARED } from './declare.js';
import { FEATURES } from './features.js';
import { FlowsModule } from './flows/flows.module.js';
import { IdempotencyModule } from './modules/idempotency/idempotency.module.js';
import { AdminModule } from './ops/admin/admin.module.js';
import { DashboardModule } from './ops/dashboard/dashboard.module.js';
import { DeadLettersModule } from './ops/dead-letters/dead-letters.module.js';
import { HealthModule } from './ops/health/health.module.js';
import { MetricsModule } from './ops/metrics/metrics.module.js';
import { OverviewModule } from './ops/overview/overview.module.js';
import { MongoModule } from './stores/mongo/mongo.module.js';
import { PostgresModule } from './stores/postgres/postgres.module.js';
import { RedisModule } from './stores/redis/redis.module.js';

@Module({})
export class AppModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(config),
        CommonModule,
        PostgresModule,
        MongoModule,
        RedisModule,
        CacheModule,
        IdempotencyModule,
        FlowsModule.forRoot(DECLARED),
        ...FEATURES.map(({ module }) => module),
        AdminModule,
        DashboardModule,
        DeadLettersModule,
        HealthModule,
        MetricsModule,
        OverviewModule,
      ],
    };
  }
}
