import { Module } from '@nestjs/common';

import { ReconciliationModule } from '../../flows/reconciliation/reconciliation.module.js';
import { AnalyticsEventsRepository } from './analytics-events.mongo.repository.js';
import { AnalyticsRecorder } from './analytics-recorder.service.js';
import { AnalyticsController } from './analytics.controller.js';
import { AnalyticsDemo } from './analytics.demo.js';
import { AnalyticsService } from './analytics.service.js';
import { LiveAnalytics } from './live-analytics.service.js';
import { LiveCounters } from './live-counters.js';
import { QuarterCounts } from './quarter-counts.js';
import { AnalyticsQueriesController } from './queries.controller.js';
import { AnalyticsQueries } from './queries.service.js';
import { RefusedEvents } from './refused-events.js';
import { RollUpRebuild } from './roll-up-rebuild.js';
import { RollUpsCheck } from './roll-ups.check.js';
import { RollUpsRepository } from './roll-ups.mongo.repository.js';
import { SegmentController } from './segment.controller.js';
import { SegmentService } from './segment.service.js';

@Module({
  imports: [ReconciliationModule],
  controllers: [AnalyticsController, AnalyticsQueriesController, SegmentController],
  providers: [
    AnalyticsDemo,
    AnalyticsEventsRepository,
    AnalyticsQueries,
    AnalyticsRecorder,
    AnalyticsService,
    LiveAnalytics,
    LiveCounters,
    QuarterCounts,
    RefusedEvents,
    RollUpRebuild,
    RollUpsCheck,
    RollUpsRepository,
    SegmentService,
  ],
  exports: [AnalyticsDemo, RefusedEvents, RollUpsCheck],
})
export class AnalyticsModule {}
