import type { Feature } from '../../feature.js';
import { UsersModule } from './users.module.js';

export const users: Feature = {
  name: 'users',
  about: 'Accounts of your organisation.',
  module: UsersModule,
  events: ['user.created', 'user.updated', 'user.deleted', 'user.login', 'user.logout'],
};
