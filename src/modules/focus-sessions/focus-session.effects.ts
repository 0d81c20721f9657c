import { tags } from '../../cache/tags.js';
import type { Principal } from '../../common/http/principal.js';
import type { Effect } from '../../flows/effects/effect.js';
import { newActivityEffect, newSystemActivityEffect } from '../activity/activity.effects.js';
import { newInsightEffect } from '../insights/insight.effects.js';
import type { FocusSession } from './focus-session.js';
import { hasEnded } from './focus-session-state.js';

export type FocusEvent = 'started' | 'paused' | 'resumed' | 'completed' | 'abandoned' | 'expired';

export const focusSessionTags = (orgId: string, id: string): string[] => [
  tags.entity(orgId, 'focus-sessions', id),
  tags.collection(orgId, 'focus-sessions'),
];

/** The effects of a change. `actor` null: the scheduler. The activity entry contains no private data of the person. */
export function effectsOf(actor: Principal | null, event: FocusEvent, session: FocusSession): Effect[] {
  const { _id, organization_id: orgId, state, updated_at: at } = session;
  const change = {
    event_type: `focus_session.${event}`,
    resource_type: 'focus_session',
    resource_id: _id,
    payload: { state },
    tags: focusSessionTags(orgId, _id),
    at,
  };
  const entry = actor ? newActivityEffect(actor, change) : newSystemActivityEffect(orgId, change);
  return hasEnded(state) ? [entry, countedOf(session, at)] : [entry];
}

/** Insights count ended sessions on the day on which they began. */
export const countedOf = (
  { organization_id: orgId, user_id: userId, started_at }: FocusSession,
  at: Date,
): Effect => newInsightEffect({ orgId, userId }, { when: [started_at], at });
