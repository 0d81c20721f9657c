import type { Feature } from '../../feature.js';
import { MoodCategoriesCheck } from './mood-categories.check.js';
import { MOOD_CATEGORY_EVENTS } from './mood-categories.events.js';
import { MoodNotesCheck } from './mood-notes.check.js';
import { moodsCollection } from './moods.collection.js';
import { MoodsDemo } from './moods.demo.js';
import { MoodsEraser } from './moods.eraser.js';
import { MoodsModule } from './moods.module.js';

export const moods: Feature = {
  name: 'moods',
  about: 'A person’s own moods, and what goes with them.',
  module: MoodsModule,
  events: MOOD_CATEGORY_EVENTS,
  collections: [moodsCollection],
  checks: [MoodCategoriesCheck, MoodNotesCheck],
  erasers: [MoodsEraser],
  demo: MoodsDemo,
};
