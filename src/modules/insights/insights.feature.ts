import type { Feature } from '../../feature.js';
import { InsightsCheck } from './insights.check.js';
import { dailyActivityCollection, userAnalyticsCollection } from './insights.collection.js';
import { InsightsModule } from './insights.module.js';
import { insightsProjection } from './insights.projection.js';

export const insights: Feature = {
  name: 'insights',
  about: 'What journal entries, moods and focus sessions come to, by the days of their person.',
  module: InsightsModule,
  collections: [dailyActivityCollection, userAnalyticsCollection],
  projections: [insightsProjection],
  checks: [InsightsCheck],
};
