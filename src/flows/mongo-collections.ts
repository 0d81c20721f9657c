import { ACTIVITY_COLLECTION, activityLogSchema } from '../modules/activity/activity-log.schema.js';
import { ANALYTICS_COLLECTION, analyticsEventSchema } from '../modules/analytics/analytics-event.schema.js';
import type { DeclaredCollection } from '../stores/mongo/index-spec.js';

/** Every collection of the application with the schema (`*.schema.ts`) that declares its indexes. */
export const COLLECTIONS: readonly DeclaredCollection[] = [
  { name: ACTIVITY_COLLECTION, schema: activityLogSchema },
  { name: ANALYTICS_COLLECTION, schema: analyticsEventSchema },
];
