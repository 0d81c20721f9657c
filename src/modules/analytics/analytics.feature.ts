import type { Feature } from '../../feature.js';
import { ANALYTICS_COLLECTION, isFromOutbox } from './analytics-event.js';
import { archivedEvents } from './archived-events.js';
import { analyticsEventSchema } from './analytics-event.schema.js';
import { AnalyticsDemo } from './analytics.demo.js';
import { AnalyticsModule } from './analytics.module.js';
import { loginAnalyticsProjection } from './login-analytics.projection.js';
import { RollUpsCheck } from './roll-ups.check.js';
import { ROLL_UP_RULE, ROLL_UPS_COLLECTION, WRITES_COLLECTION } from './roll-up.js';
import { analyticsWriteSchema, rollUpSchema } from './roll-up.schema.js';

const kept = { resource: 'analytics', ofOrganization: 'kept', ofAccount: [] } as const;

export const analytics: Feature = {
  name: 'analytics',
  about: 'What people do: events, series, funnels.',
  module: AnalyticsModule,
  collections: [
    {
      ...kept,
      name: ANALYTICS_COLLECTION,
      schema: analyticsEventSchema,
      duplicates: 'stored',
      counted: ROLL_UP_RULE,
      archived: archivedEvents,
      cut: { recordedAt: 'received_at', isDerived: isFromOutbox },
    },
    { ...kept, name: ROLL_UPS_COLLECTION, schema: rollUpSchema },
    { ...kept, name: WRITES_COLLECTION, schema: analyticsWriteSchema },
  ],
  projections: [loginAnalyticsProjection],
  checks: [RollUpsCheck],
  demo: AnalyticsDemo,
};
