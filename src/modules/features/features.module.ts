import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';

import { EvaluationController } from './evaluation.controller.js';
import { EvaluationService } from './evaluation.service.js';
import { featureFlagSchema } from './feature-flag.schema.js';
import { FEATURE_FLAG_MODEL, FeatureFlagsRepository } from './feature-flags.mongo.repository.js';
import { featureVersionSchema } from './feature-version.schema.js';
import { FeatureVersionsController } from './feature-versions.controller.js';
import { FEATURE_VERSION_MODEL, FeatureVersionsRepository } from './feature-versions.mongo.repository.js';
import { FeaturesController } from './features.controller.js';
import { FeaturesDemo } from './features.demo.js';
import { FeaturesService } from './features.service.js';
import { FlagReferencesService } from './flag-references.service.js';
import { FlagWriter } from './flag-writer.service.js';
import { ExportService } from './import/export.service.js';
import { ImportController } from './import/import.controller.js';
import { ImportService } from './import/import.service.js';
import { CleaningJob } from './metrics/cleaning.job.js';
import { featureMetricSchema } from './metrics/feature-metric.schema.js';
import {
  FEATURE_METRIC_MODEL,
  FeatureMetricsRepository,
} from './metrics/feature-metrics.mongo.repository.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { MetricsService } from './metrics/metrics.service.js';
import { UsageCounter } from './metrics/usage-counter.service.js';
import { OfrepController } from './ofrep/ofrep.controller.js';
import { UnleashClientController } from './unleash/unleash-client.controller.js';
import { UnleashFrontendController } from './unleash/unleash-frontend.controller.js';
import { UnleashService } from './unleash/unleash.service.js';
import { StaleService } from './stale/stale.service.js';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { MONGO_CONNECTION } from '../../stores/mongo/connection-name.js';
import { DueScheduleJob } from './schedule/due-schedule.job.js';
import { ScheduleController } from './schedule/schedule.controller.js';
import { ScheduleService } from './schedule/schedule.service.js';
import { ScheduleTriggers } from './schedule/schedule-triggers.service.js';
import { SchedulesRepository } from './schedule/schedules.mongo.repository.js';
import { segmentSchema } from './segment.schema.js';
import { SegmentWriter } from './segment-writer.service.js';
import { SegmentsController } from './segments.controller.js';
import { SEGMENT_MODEL, SegmentsRepository } from './segments.mongo.repository.js';
import { SegmentsService } from './segments.service.js';
import { FlagSnapshots } from './snapshots/flag-snapshots.service.js';
import { SnapshotLoader } from './snapshots/snapshot-loader.service.js';

@Module({
  imports: [
    IdempotencyModule,
    MongooseModule.forFeature(
      [
        { name: FEATURE_FLAG_MODEL, schema: featureFlagSchema },
        { name: FEATURE_VERSION_MODEL, schema: featureVersionSchema },
        { name: FEATURE_METRIC_MODEL, schema: featureMetricSchema },
        { name: SEGMENT_MODEL, schema: segmentSchema },
      ],
      MONGO_CONNECTION,
    ),
  ],
  // Routes with fixed words come before those with a key in the same place.
  controllers: [
    EvaluationController,
    ImportController,
    MetricsController,
    FeaturesController,
    FeatureVersionsController,
    ScheduleController,
    SegmentsController,
    OfrepController,
    UnleashClientController,
    UnleashFrontendController,
  ],
  providers: [
    CleaningJob,
    DueScheduleJob,
    EvaluationService,
    ExportService,
    FeatureFlagsRepository,
    FeatureMetricsRepository,
    FeaturesDemo,
    FeaturesService,
    FeatureVersionsRepository,
    FlagReferencesService,
    FlagSnapshots,
    FlagWriter,
    ImportService,
    MetricsService,
    ScheduleService,
    SchedulesRepository,
    ScheduleTriggers,
    SegmentsRepository,
    SegmentsService,
    SegmentWriter,
    SnapshotLoader,
    StaleService,
    UnleashService,
    UsageCounter,
  ],
  exports: [FeaturesDemo],
})
export class FeaturesModule {}
