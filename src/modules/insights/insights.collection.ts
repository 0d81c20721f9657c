import type { OwnedCollection } from '../../flows/collections/owned-collection.js';
import { DAILY_ACTIVITY_COLLECTION } from './daily-activity.js';
import { dailyActivitySchema, userAnalyticsSchema } from './insights.schema.js';
import { USER_ANALYTICS_COLLECTION } from './user-analytics.js';

export const dailyActivityCollection: OwnedCollection = {
  name: DAILY_ACTIVITY_COLLECTION,
  schema: dailyActivitySchema,
  resource: 'insights',
  ofOrganization: 'deleted',
  ofAccount: [{ field: 'user_id', effect: 'deleted' }],
};

export const userAnalyticsCollection: OwnedCollection = {
  name: USER_ANALYTICS_COLLECTION,
  schema: userAnalyticsSchema,
  resource: 'insights',
  ofOrganization: 'deleted',
  ofAccount: [{ field: 'user_id', effect: 'deleted' }],
};
