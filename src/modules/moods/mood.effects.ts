import type { Principal } from '../../common/http/principal.js';
import type { Effect } from '../../flows/effects/effect.js';
import { newActivityEffect } from '../activity/activity.effects.js';
import { newInsightEffect } from '../insights/insight.effects.js';
import type { StoredMood } from './mood.js';

/**
 * The effects of a change. The activity entry records the change and nothing about the mood, which is private to the
 * person. Insights count a mood at its `recorded_at`; `recordedAt` is that moment after the change. Answers with moods
 * are not cached, so no tag becomes stale.
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
