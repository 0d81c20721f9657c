import type { Feature } from '../../feature.js';
import { InvitationsEraser } from './invitations.eraser.js';
import { InvitationsModule } from './invitations.module.js';

export const invitations: Feature = {
  name: 'invitations',
  about: 'Memberships that need the consent of a person.',
  module: InvitationsModule,
  resources: [],
  events: ['invitation.created', 'invitation.deleted'],
  erasers: [InvitationsEraser],
};
