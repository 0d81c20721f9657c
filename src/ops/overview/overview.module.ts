import { Module } from '@nestjs/common';

import { HealthModule } from '../health/health.module.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { Figures } from './figures.js';
import { OverviewController } from './overview.controller.js';
import { OverviewService } from './overview.service.js';
import { TrafficHistory } from './traffic-history.js';

/** The figures of the metrics and of the stores' health, together. */
@Module({
  imports: [HealthModule, MetricsModule],
  controllers: [OverviewController],
  providers: [Figures, OverviewService, TrafficHistory],
})
export class OverviewModule {}
