import type { Feature } from '../../feature.js';
import { SessionsModule } from './sessions.module.js';

export const sessions: Feature = {
  name: 'sessions',
  about: 'Who is signed in, and where.',
  module: SessionsModule,
  resources: [],
};
