import type { Feature } from '../../feature.js';
import { TagsDemo } from './tags.demo.js';
import { TagsEraser } from './tags.eraser.js';
import { TAG_EVENTS } from './tags.events.js';
import { TagsModule } from './tags.module.js';

export const tags: Feature = {
  name: 'tags',
  about: 'A person’s own tags for journal entries.',
  module: TagsModule,
  events: TAG_EVENTS,
  erasers: [TagsEraser],
  demo: TagsDemo,
};
