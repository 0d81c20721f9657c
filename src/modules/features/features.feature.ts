import type { Feature } from '../../feature.js';
import { featureFlags, featureMetrics, featureVersions, segments } from './feature-collections.js';
import { FeaturesDemo } from './features.demo.js';
import { FeaturesModule } from './features.module.js';

export const features: Feature = {
  name: 'features',
  about: 'Feature flags: targeting, evaluation, OFREP and what the SDKs of Unleash call.',
  module: FeaturesModule,
  collections: [featureFlags, featureVersions, featureMetrics, segments],
  demo: FeaturesDemo,
};
