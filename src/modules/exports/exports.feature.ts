import type { Feature } from '../../feature.js';
import { EXPORT_EVENTS } from './exports.events.js';
import { ExportsModule } from './exports.module.js';
import { fileChunksCollection } from './files/file-chunks.collection.js';

export const exports: Feature = {
  name: 'exports',
  about: 'Everything that a person has, as a file to take along.',
  module: ExportsModule,
  events: EXPORT_EVENTS,
  collections: [fileChunksCollection],
};
