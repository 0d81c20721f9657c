import type { Feature } from '../../feature.js';
import { StoredAnswersEraser } from '../idempotency/stored-answers.eraser.js';
import { CachedAccountEraser } from './cached-account.eraser.js';
import { UsersModule } from './users.module.js';

export const users: Feature = {
  name: 'users',
  about: 'Accounts of your organisation.',
  module: UsersModule,
  erasers: [StoredAnswersEraser, CachedAccountEraser],
  events: ['user.created', 'user.updated', 'user.deleted', 'user.login', 'user.logout'],
};
