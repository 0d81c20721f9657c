import type { Principal } from '../../common/http/principal.js';
import type { Effect } from '../../flows/effects/effect.js';
import { newActivityEffect } from '../activity/activity.effects.js';
import type { StoredMood } from './mood.js';

/**
 * The activity entry of a change. It says that there was one and nothing of the mood, which is private to the person. No answer
 * with moods is cached, so no tag becomes stale.
 */
export const changeOf = (
  actor: Principal,
  event_type: 'mood.created' | 'mood.updated' | 'mood.deleted',
  { _id }: Pick<StoredMood, '_id'>,
  at: Date,
): Effect => newActivityEffect(actor, { event_type, resource_type: 'mood', resource_id: _id, tags: [], at });
