import type { OwnedCollection } from '../../flows/collections/owned-collection.js';
import { activityEffects } from '../activity/activity.effects.js';
import { FEATURE_FLAGS_COLLECTION, featureFlagSchema } from './feature-flag.schema.js';
import { FEATURE_VERSIONS_COLLECTION, featureVersionSchema } from './feature-version.schema.js';
import { FEATURE_METRICS_COLLECTION, featureMetricSchema } from './metrics/feature-metric.schema.js';
import { SEGMENTS_COLLECTION, segmentSchema } from './segment.schema.js';

// Versions contain only the ids of their authors, which identify no person once the account is deleted.
const OWN = { ofOrganization: 'deleted', ofAccount: [] } satisfies Partial<OwnedCollection>;
const CHANGED = { ...OWN, effects: [activityEffects] } satisfies Partial<OwnedCollection>;

export const featureFlags: OwnedCollection = {
  ...{ name: FEATURE_FLAGS_COLLECTION, schema: featureFlagSchema, resource: 'features', ...CHANGED },
};
export const segments: OwnedCollection = {
  ...{ name: SEGMENTS_COLLECTION, schema: segmentSchema, resource: 'segments', ...CHANGED },
};
export const featureVersions: OwnedCollection = {
  ...{ name: FEATURE_VERSIONS_COLLECTION, schema: featureVersionSchema, resource: 'features', ...OWN },
};
export const featureMetrics: OwnedCollection = {
  ...{ name: FEATURE_METRICS_COLLECTION, schema: featureMetricSchema, resource: 'features', ...OWN },
};
