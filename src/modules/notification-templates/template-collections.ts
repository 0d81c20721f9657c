import type { OwnedCollection } from '../../flows/collections/owned-collection.js';
import { activityEffects } from '../activity/activity.effects.js';
import { templatePartialSchema } from './partials/template-partial.schema.js';
import { PARTIALS_COLLECTION, TEMPLATE_VERSIONS_COLLECTION, TEMPLATES_COLLECTION } from './template.js';
import { versionsDeleted } from './template-effects.js';
import { templateSchema } from './template.schema.js';
import { templateVersionSchema } from './template-version.schema.js';

// Versions contain only the ids of their authors, which identify no person once the account is deleted.
const OWN = { ofOrganization: 'deleted', ofAccount: [] } satisfies Partial<OwnedCollection>;

export const notificationTemplatesCollection: OwnedCollection = {
  name: TEMPLATES_COLLECTION,
  schema: templateSchema,
  resource: 'notification-templates',
  effects: [activityEffects, versionsDeleted],
  ...OWN,
};
export const templateVersionsCollection: OwnedCollection = {
  name: TEMPLATE_VERSIONS_COLLECTION,
  schema: templateVersionSchema,
  resource: 'notification-templates',
  ...OWN,
};
export const templatePartialsCollection: OwnedCollection = {
  name: PARTIALS_COLLECTION,
  schema: templatePartialSchema,
  resource: 'template-partials',
  effects: [activityEffects],
  ...OWN,
};
