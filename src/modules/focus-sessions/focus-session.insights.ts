import type { InsightSource } from '../insights/insight-source.js';
import { FOCUS_SESSIONS_COLLECTION, type FocusSession } from './focus-session.js';
import { ENDED_STATES } from './focus-session-state.js';
import { elapsedSeconds } from './focus-time.js';

/** Ended sessions count on the day and in the hour in which they began. */
export const focusInsights: InsightSource = {
  collection: FOCUS_SESSIONS_COLLECTION,
  fields: ['started_at', 'ended_at', 'pauses', 'claimed_seconds'],
  conditions: { state: { $in: ENDED_STATES } },
  on: ({ from, to }) => ({ started_at: { $gte: from, $lt: to } }),
  contributionOf: (document) => {
    const session = document as FocusSession;
    const { started_at: at, ended_at: end } = session;
    return { at, focus_sessions: 1, focus_seconds: elapsedSeconds(session, end ?? at) };
  },
};
