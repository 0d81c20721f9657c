import type { FocusSession, Pause } from './focus-session.js';
import { elapsedSeconds } from './focus-time.js';
import type { FocusSessionResponse } from './focus-sessions.dto.js';

/** The session in its state at `now`. */
export const toFocusSessionResponse = (session: FocusSession, now: Date): FocusSessionResponse => ({
  id: session._id,
  session_type: session.session_type,
  planned_duration_seconds: session.planned_duration_seconds,
  state: session.state,
  elapsed_seconds: elapsedSeconds(session, now),
  pauses: session.pauses.map(toPauseResponse),
  productivity_rating: session.productivity_rating,
  started_at: session.started_at.toISOString(),
  last_tick_at: session.last_tick_at?.toISOString() ?? null,
  ended_at: session.ended_at?.toISOString() ?? null,
  created_at: session.created_at.toISOString(),
  updated_at: session.updated_at.toISOString(),
});

const toPauseResponse = ({ started_at, ended_at }: Pause) => ({
  started_at: started_at.toISOString(),
  ended_at: ended_at?.toISOString() ?? null,
});
