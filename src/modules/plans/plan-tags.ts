import { tags } from '../../cache/tags.js';

/** The tag of everything cached about any plan, in every organisation, because plans belong to no organisation. */
export const PLANS_TAG = tags.collection('platform', 'plans');
