import { Module } from '@nestjs/common';

import { AgreementModule } from '../../flows/agreement/agreement.module.js';
import { HealthModule } from '../health/health.module.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { Figures } from './figures.js';
import { OverviewController } from './overview.controller.js';
import { OverviewService } from './overview.service.js';
import { TrafficHistory } from './traffic-history.js';

/** Combines the values of the metrics and of the stores' health. */
@Module({
  imports: [AgreementModule, HealthModule, MetricsModule],
  controllers: [OverviewController],
  providers: [Figures, OverviewService, TrafficHistory],
})
export class OverviewModule {}
