import { Module } from '@nestjs/common';

import { UsersModule } from '../users/users.module.js';
import { CountedRecords } from './counted-records.mongo.repository.js';
import { DailyActivities } from './daily-activities.mongo.repository.js';
import { InsightBuilder } from './insight-builder.service.js';
import { InsightSources } from './insight-sources.js';
import { InsightsCheck } from './insights.check.js';
import { InsightsController } from './insights.controller.js';
import { InsightsRefresh } from './insights-refresh.job.js';
import { InsightsService } from './insights.service.js';
import { UserAnalyticsRepository } from './user-analytics.mongo.repository.js';

@Module({
  imports: [UsersModule],
  controllers: [InsightsController],
  providers: [
    CountedRecords,
    DailyActivities,
    InsightBuilder,
    InsightSources,
    InsightsCheck,
    InsightsRefresh,
    InsightsService,
    UserAnalyticsRepository,
  ],
  exports: [InsightsCheck],
})
export class InsightsModule {}
