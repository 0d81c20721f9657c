import { Module } from '@nestjs/common';

import { AnalyticsEventsRepository } from './analytics-events.mongo.repository.js';
import { AnalyticsRecorder } from './analytics-recorder.service.js';
import { AnalyticsController } from './analytics.controller.js';
import { AnalyticsService } from './analytics.service.js';
import { RefusedEvents } from './refused-events.js';
import { SegmentController } from './segment.controller.js';
import { SegmentService } from './segment.service.js';

@Module({
  controllers: [AnalyticsController, SegmentController],
  providers: [AnalyticsEventsRepository, AnalyticsRecorder, AnalyticsService, RefusedEvents, SegmentService],
})
export class AnalyticsModule {}
