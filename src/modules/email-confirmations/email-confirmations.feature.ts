import type { Feature } from '../../feature.js';
import { EmailConfirmationsModule } from './email-confirmations.module.js';

export const emailConfirmations: Feature = {
  name: 'email-confirmations',
  about: 'Changed addresses, until their persons have confirmed them.',
  module: EmailConfirmationsModule,
  resources: [],
  events: ['user.email_confirmation_issued', 'user.email_confirmed'],
};
