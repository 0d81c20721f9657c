import { type DynamicModule, Module } from '@nestjs/common';

import { CacheModule } from './cache/cache.module.js';
import { CommonModule } from './common/common.module.js';
import type { Config } from './config/config.js';
import { ConfigModule } from './config/config.module.js';
import { FlowsModule } from './flows/flows.module.js';
import { ActivityModule } from './modules/activity/activity.module.js';
import { ApiKeysModule } from './modules/api-keys/api-keys.module.js';
import { AuditModule } from './modules/audit/audit.module.js';
import { AuthModule } from './modules/auth/auth.module.js';
import { IdempotencyModule } from './modules/idempotency/idempotency.module.js';
import { OrganizationsModule } from './modules/organizations/organizations.module.js';
import { ProfileModule } from './modules/profile/profile.module.js';
import { PasswordResetsModule } from './modules/password-resets/password-resets.module.js';
import { SessionsModule } from './modules/sessions/sessions.module.js';
import { UsersModule } from './modules/users/users.module.js';
import { AdminModule } from './ops/admin/admin.module.js';
import { DeadLettersModule } from './ops/dead-letters/dead-letters.module.js';
import { HealthModule } from './ops/health/health.module.js';
import { MetricsModule } from './ops/metrics/metrics.module.js';
import { MongoModule } from './stores/mongo/mongo.module.js';
import { PostgresModule } from './stores/postgres/postgres.module.js';
import { RedisModule } from './stores/redis/redis.module.js';

@Module({})
export class AppModule {
  static for(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.for(config),
        CommonModule,
        PostgresModule,
        MongoModule,
        RedisModule,
        // AuthModule's guard has to run before the cache's interceptor is told the principal.
        AuthModule,
        CacheModule,
        IdempotencyModule,
        FlowsModule,
        ActivityModule,
        AuditModule,
        ApiKeysModule,
        OrganizationsModule,
        ProfileModule,
        PasswordResetsModule,
        SessionsModule,
        UsersModule,
        AdminModule,
        DeadLettersModule,
        HealthModule,
        MetricsModule,
      ],
    };
  }
}
