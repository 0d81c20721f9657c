import type { Feature } from '../../feature.js';
import { PasswordResetsModule } from './password-resets.module.js';

export const passwordResets: Feature = {
  name: 'password-resets',
  about: 'The way back into an account.',
  module: PasswordResetsModule,
  resources: [],
  events: ['user.password_reset_issued'],
};
