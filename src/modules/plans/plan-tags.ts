import { tags } from '../../cache/tags.js';

/** What is cached of any plan, in whatever organisation: a plan belongs to none of them. */
export const PLANS_TAG = tags.collection('platform', 'plans');
