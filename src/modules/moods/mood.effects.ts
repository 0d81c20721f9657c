import type { Principal } from '../../common/http/principal.js';
import type { Effect } from '../../flows/effects/effect.js';
import { newActivityEffect } from '../activity/activity.effects.js';
import { newInsightEffect } from '../insights/insight.effects.js';
import type { StoredMood } from './mood.js';

/**
 * What a change brings about. The activity entry says that there was one and nothing of the mood, which is private to the
 * person. Insights count it where it was recorded; `recordedAt`: where it is from now on. No answer with moods is cached, so no
 * tag becomes stale.
 */
export const effectsOf = (
  actor: Principal,
  event_type: 'mood.created' | 'mood.updated' | 'mood.deleted',
  { _id, recorded_at }: Pick<StoredMood, '_id' | 'recorded_at'>,
  at: Date,
  recordedAt: Date = recorded_at,
): readonly [Effect, Effect] => [
  newActivityEffect(actor, { event_type, resource_type: 'mood', resource_id: _id, tags: [], at }),
  newInsightEffect(actor, { when: [recorded_at, recordedAt], at }),
];
