import type { Feature } from '../../feature.js';
import { focusSessionsCollection } from './focus-sessions.collection.js';
import { FocusSessionsDemo } from './focus-sessions.demo.js';
import { FocusSessionsModule } from './focus-sessions.module.js';

export const focusSessions: Feature = {
  name: 'focus-sessions',
  about: 'Sessions of focused work, ticked each second. They are the person’s own.',
  module: FocusSessionsModule,
  collections: [focusSessionsCollection],
  demo: FocusSessionsDemo,
};
