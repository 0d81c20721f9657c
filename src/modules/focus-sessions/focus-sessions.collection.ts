import type { OwnedCollection } from '../../flows/collections/owned-collection.js';
import { activityEffects } from '../activity/activity.effects.js';
import { insightEffects } from '../insights/insight.effects.js';
import { FOCUS_SESSIONS_COLLECTION, type FocusTick } from './focus-session.js';
import { focusSessionSchema } from './focus-session.schema.js';

export const focusSessionsCollection: OwnedCollection = {
  name: FOCUS_SESSIONS_COLLECTION,
  schema: focusSessionSchema,
  resource: 'focus-sessions',
  effects: [activityEffects, insightEffects],
  // The ingested documents are ticks. Only the greatest tick counts, so ticks may be lost, repeated and reordered.
  ingested: (tick) => {
    const { session_id: _id, organization_id, user_id, seconds, arrived_at } = tick as FocusTick;
    return {
      updateMany: {
        filter: { _id, organization_id, user_id },
        update: {
          $max: { claimed_seconds: seconds, last_tick_at: arrived_at },
          $set: { has_new_ticks: true },
        },
      },
    };
  },
  ofOrganization: 'deleted',
  ofAccount: [{ field: 'user_id', effect: 'deleted' }],
};
