import type { Feature } from '../../feature.js';
import { IMPORT_EVENTS } from './imports.events.js';
import { ImportsModule } from './imports.module.js';

export const imports: Feature = {
  name: 'imports',
  about: 'A file of an export, taken in again: here or in another account.',
  module: ImportsModule,
  events: IMPORT_EVENTS,
};
