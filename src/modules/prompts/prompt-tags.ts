import { tags } from '../../cache/tags.js';

/** What is cached of any prompt, in whatever organisation: the library belongs to none of them. */
export const PROMPTS_TAG = tags.collection('platform', 'prompts');
