import type { Feature } from '../../feature.js';
import { promptSetsCollection } from './prompt-sets.collection.js';
import { PromptsDemo } from './prompts.demo.js';
import { PROMPT_EVENTS } from './prompts.events.js';
import { PromptsModule } from './prompts.module.js';

export const prompts: Feature = {
  name: 'prompts',
  about: 'Questions to write about: the library, and the set of each day.',
  module: PromptsModule,
  events: PROMPT_EVENTS,
  collections: [promptSetsCollection],
  demo: PromptsDemo,
};
