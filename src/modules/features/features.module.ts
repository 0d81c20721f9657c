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
import { FeaturesService } from './features.service.js';
import { FlagReferencesService } from './flag-references.service.js';
import { FlagWriter } from './flag-writer.service.js';
import { segmentSchema } from './segment.schema.js';
import { SegmentsController } from './segments.controller.js';
import { SEGMENT_MODEL, SegmentsRepository } from './segments.mongo.repository.js';
import { SegmentsService } from './segments.service.js';
import { FlagSnapshots } from './snapshots/flag-snapshots.service.js';
import { SnapshotLoader } from './snapshots/snapshot-loader.service.js';

@Module({
  imports: [
    MongooseModule.forFeature([
      { name: FEATURE_FLAG_MODEL, schema: featureFlagSchema },
      { name: FEATURE_VERSION_MODEL, schema: featureVersionSchema },
      { name: SEGMENT_MODEL, schema: segmentSchema },
    ]),
  ],
  controllers: [EvaluationController, FeaturesController, FeatureVersionsController, SegmentsController],
  providers: [
    EvaluationService,
    FeatureFlagsRepository,
    FeaturesService,
    FeatureVersionsRepository,
    FlagReferencesService,
    FlagSnapshots,
    FlagWriter,
    SegmentsRepository,
    SegmentsService,
    SnapshotLoader,
  ],
})
export class FeaturesModule {}
