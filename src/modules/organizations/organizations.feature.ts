import type { Feature } from '../../feature.js';
import { OrganizationsModule } from './organizations.module.js';

export const organizations: Feature = {
  name: 'organizations',
  about: 'Organisations and who belongs to them.',
  module: OrganizationsModule,
  events: [
    'organization.created',
    'organization.updated',
    'organization.deleted',
    'member.added',
    'member.updated',
    'member.removed',
  ],
};
