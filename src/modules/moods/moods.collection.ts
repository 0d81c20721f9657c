import type { OwnedCollection } from '../../flows/collections/owned-collection.js';
import { activityEffects } from '../activity/activity.effects.js';
import { insightEffects } from '../insights/insight.effects.js';
import { MOODS_COLLECTION } from './mood.js';
import { moodSchema } from './mood.schema.js';

export const moodsCollection: OwnedCollection = {
  name: MOODS_COLLECTION,
  schema: moodSchema,
  resource: 'moods',
  effects: [activityEffects, insightEffects],
  ofOrganization: 'deleted',
  ofAccount: [{ field: 'user_id', effect: 'deleted' }],
};
