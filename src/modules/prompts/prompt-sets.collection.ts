import type { OwnedCollection } from '../../flows/collections/owned-collection.js';
import { activityEffects } from '../activity/activity.effects.js';
import { PROMPT_SETS_COLLECTION } from './prompt-set.js';
import { promptSetSchema } from './prompt-set.schema.js';

export const promptSetsCollection: OwnedCollection = {
  name: PROMPT_SETS_COLLECTION,
  schema: promptSetSchema,
  resource: 'prompts',
  effects: [activityEffects],
  ofOrganization: 'deleted',
  ofAccount: [{ field: 'user_id', effect: 'deleted' }],
};
