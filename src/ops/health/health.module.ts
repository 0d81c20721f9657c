import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';

import { FallbackModule } from '../../flows/fallback/fallback.module.js';
import { DatabaseHealth } from './database-health.js';
import { HealthController } from './health.controller.js';
import { Readiness } from './readiness.js';
import { StoreHealth } from './store-health.js';

/** Needs the global store modules. Terminus logs nothing: the stores themselves log when they are lost and found. */
@Module({
  imports: [FallbackModule, TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [DatabaseHealth, Readiness, StoreHealth],
  exports: [StoreHealth],
})
export class HealthModule {}
