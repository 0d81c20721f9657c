import type { FocusSession, FocusTimes } from './focus-session.js';
import type { FocusState } from './focus-session-state.js';

/** The data of a session that a tick needs, as they are cached. Moments are ms since 1970. */
export interface TickedSession {
  state: FocusState;
  startedAt: number;
  pauses: readonly { startedAt: number; endedAt: number | null }[];
}

export const tickedSessionOf = ({ state, started_at, pauses }: FocusSession): TickedSession => ({
  state,
  startedAt: started_at.getTime(),
  pauses: pauses.map((pause) => ({
    startedAt: pause.started_at.getTime(),
    endedAt: pause.ended_at?.getTime() ?? null,
  })),
});

/** For a session that has not ended. */
export const timesOf = ({ startedAt, pauses }: TickedSession): FocusTimes => ({
  started_at: new Date(startedAt),
  ended_at: null,
  pauses: pauses.map((pause) => ({
    started_at: new Date(pause.startedAt),
    ended_at: pause.endedAt === null ? null : new Date(pause.endedAt),
  })),
});
