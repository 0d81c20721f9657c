import { ACTIVITY_COLLECTION, activityLogSchema } from '../modules/activity/activity-log.schema.js';
import { ANALYTICS_COLLECTION, analyticsEventSchema } from '../modules/analytics/analytics-event.schema.js';
import { FEATURE_FLAGS_COLLECTION, featureFlagSchema } from '../modules/features/feature-flag.schema.js';
import {
  FEATURE_VERSIONS_COLLECTION,
  featureVersionSchema,
} from '../modules/features/feature-version.schema.js';
import {
  FEATURE_METRICS_COLLECTION,
  featureMetricSchema,
} from '../modules/features/metrics/feature-metric.schema.js';
import { SEGMENTS_COLLECTION, segmentSchema } from '../modules/features/segment.schema.js';
import type { DeclaredCollection } from '../stores/mongo/index-spec.js';

/** Every collection of the application with the schema (`*.schema.ts`) that declares its indexes. */
export const COLLECTIONS: readonly DeclaredCollection[] = [
  { name: ACTIVITY_COLLECTION, schema: activityLogSchema },
  { name: ANALYTICS_COLLECTION, schema: analyticsEventSchema },
  { name: FEATURE_FLAGS_COLLECTION, schema: featureFlagSchema },
  { name: FEATURE_VERSIONS_COLLECTION, schema: featureVersionSchema },
  { name: FEATURE_METRICS_COLLECTION, schema: featureMetricSchema },
  { name: SEGMENTS_COLLECTION, schema: segmentSchema },
];
