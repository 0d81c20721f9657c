import type { Feature } from '../../feature.js';
import { NotificationTemplatesDemo } from './notification-templates.demo.js';
import { NotificationTemplatesModule } from './notification-templates.module.js';
import {
  notificationTemplatesCollection,
  templatePartialsCollection,
  templateVersionsCollection,
} from './template-collections.js';

export const notificationTemplates: Feature = {
  name: 'notification-templates',
  about: 'Messages in many languages: drafts, versions, partials, rendering.',
  module: NotificationTemplatesModule,
  collections: [notificationTemplatesCollection, templateVersionsCollection, templatePartialsCollection],
  demo: NotificationTemplatesDemo,
};
