import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';

import { FallbackModule } from '../../flows/fallback/fallback.module.js';
import { DatabaseHealth } from './database-health.js';
import { HealthController } from './health.controller.js';
import { Readiness } from './readiness.js';
import { RedisLimits } from './redis-limits.js';
import { StoreHealth } from './store-health.js';

/** Needs the global store modules. Terminus logs nothing, because the stores log when they go down and come back. */
@Module({
  imports: [FallbackModule, TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [DatabaseHealth, Readiness, RedisLimits, StoreHealth],
  exports: [StoreHealth],
})
export class HealthModule {}
