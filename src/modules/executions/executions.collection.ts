import type { OwnedCollection } from '../../flows/collections/owned-collection.js';
import { activityEffects } from '../activity/activity.effects.js';
import { EXECUTION_OUTPUTS_COLLECTION, EXECUTIONS_COLLECTION } from './execution.js';
import { executionOutputSchema, executionSchema } from './execution.schema.js';

export const executionsCollection: OwnedCollection = {
  name: EXECUTIONS_COLLECTION,
  schema: executionSchema,
  resource: 'executions',
  effects: [activityEffects],
  ofOrganization: 'deleted',
  // `created_by` stays, as in an activity entry: an id that no longer names an account.
  ofAccount: [],
};

export const executionOutputsCollection: OwnedCollection = {
  name: EXECUTION_OUTPUTS_COLLECTION,
  schema: executionOutputSchema,
  resource: 'executions',
  // A chunk that went through the spool may have been stored directly before.
  duplicates: 'stored',
  ofOrganization: 'deleted',
  ofAccount: [],
};
