import type { Feature } from '../../feature.js';
import { ANALYTICS_COLLECTION, isFromOutbox } from './analytics-event.js';
import { analyticsEventSchema } from './analytics-event.schema.js';
import { AnalyticsModule } from './analytics.module.js';
import { loginAnalyticsProjection } from './login-analytics.projection.js';

export const analytics: Feature = {
  name: 'analytics',
  about: 'What people do: events, series, funnels.',
  module: AnalyticsModule,
  collections: [
    {
      name: ANALYTICS_COLLECTION,
      schema: analyticsEventSchema,
      resource: 'analytics',
      duplicates: 'stored',
      cut: { recordedAt: 'received_at', isDerived: isFromOutbox },
      ofOrganization: 'kept',
      ofAccount: [],
    },
  ],
  projections: [loginAnalyticsProjection],
};
