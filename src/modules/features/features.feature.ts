import type { OwnedCollection } from '../../flows/collections/owned-collection.js';
import type { Feature } from '../../feature.js';
import { FEATURE_FLAGS_COLLECTION, featureFlagSchema } from './feature-flag.schema.js';
import { FEATURE_VERSIONS_COLLECTION, featureVersionSchema } from './feature-version.schema.js';
import { FeaturesModule } from './features.module.js';
import { FEATURE_METRICS_COLLECTION, featureMetricSchema } from './metrics/feature-metric.schema.js';
import { SEGMENTS_COLLECTION, segmentSchema } from './segment.schema.js';

// Authors of versions are ids alone, which name nobody once the account is gone.
const OWN = { ofOrganization: 'deleted', ofAccount: [] } satisfies Partial<OwnedCollection>;

export const features: Feature = {
  name: 'features',
  about: 'Feature flags: targeting, evaluation, OFREP and what the SDKs of Unleash call.',
  module: FeaturesModule,
  collections: [
    { name: FEATURE_FLAGS_COLLECTION, schema: featureFlagSchema, resource: 'features', ...OWN },
    { name: FEATURE_VERSIONS_COLLECTION, schema: featureVersionSchema, resource: 'features', ...OWN },
    { name: FEATURE_METRICS_COLLECTION, schema: featureMetricSchema, resource: 'features', ...OWN },
    { name: SEGMENTS_COLLECTION, schema: segmentSchema, resource: 'segments', ...OWN },
  ],
};
