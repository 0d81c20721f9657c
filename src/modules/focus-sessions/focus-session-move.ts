import type { Principal } from '../../common/http/principal.js';
import { newId } from '../../common/ids/ids.js';
import type { FocusSession, Pause } from './focus-session.js';
import { type FocusState, hasEnded } from './focus-session-state.js';
import { expiryOf } from './focus-time.js';
import { TooManyPauses } from './focus-sessions.errors.js';

const MAX_PAUSES = 1_000;

export type FocusPlan = Pick<FocusSession, 'session_type' | 'planned_duration_seconds'>;

/** A session of the caller that starts at `at`. `number`: that of the previous session plus one. */
export const newSession = (
  { orgId, userId }: Principal,
  plan: FocusPlan,
  number: number,
  at: Date,
): FocusSession => ({
  _id: newId(),
  organization_id: orgId,
  user_id: userId,
  number,
  session_type: plan.session_type,
  planned_duration_seconds: plan.planned_duration_seconds,
  state: 'running',
  claimed_seconds: 0,
  look_at: expiryOf({ ...plan, updated_at: at }),
  pauses: [],
  productivity_rating: null,
  version: 1,
  started_at: at,
  ended_at: null,
  created_at: at,
  updated_at: at,
});

/** A past session that was recorded elsewhere. */
export interface PastFocus extends FocusPlan {
  started_at: Date;
  seconds: number;
  productivity_rating: number;
}

/** It has ended already. `at`: when it is recorded. */
export const pastSession = (actor: Principal, past: PastFocus, number: number, at: Date): FocusSession => ({
  ...newSession(actor, past, number, at),
  state: 'completed',
  claimed_seconds: past.seconds,
  productivity_rating: past.productivity_rating,
  started_at: past.started_at,
  ended_at: new Date(past.started_at.getTime() + past.seconds * 1_000),
});

/** The fields that a move sets. */
export type MovedFields = Pick<
  FocusSession,
  'state' | 'pauses' | 'ended_at' | 'productivity_rating' | 'look_at' | 'version' | 'updated_at'
>;

/** A session in another state. The caller has checked that the move is allowed. Throws `TooManyPauses`. */
export function moved(session: FocusSession, to: FocusState, now: Date, rating: number | null): MovedFields {
  const at = new Date(Math.max(now.getTime(), session.updated_at.getTime() + 1));
  if (to === 'paused' && session.pauses.length === MAX_PAUSES) throw new TooManyPauses(MAX_PAUSES);
  const closed = session.pauses.map((pause): Pause => ({ ...pause, ended_at: pause.ended_at ?? at }));
  return {
    state: to,
    pauses: to === 'paused' ? [...closed, { started_at: at, ended_at: null }] : closed,
    ended_at: hasEnded(to) ? at : null,
    productivity_rating: rating,
    look_at: expiryOf({ ...session, updated_at: at }),
    version: session.version + 1,
    updated_at: at,
  };
}
