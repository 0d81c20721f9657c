import type { FocusState } from './focus-session-state.js';

export const FOCUS_SESSIONS_COLLECTION = 'focus_sessions';

/** `ended_at` null: the pause still lasts. */
export type Pause = Readonly<{ started_at: Date; ended_at: Date | null }>;

/** The values that determine the elapsed time. */
export type FocusTimes = Readonly<{
  started_at: Date;
  ended_at: Date | null;
  /** In order. Only the last one may still last. */
  pauses: readonly Pause[];
}>;

/** A person's focus session as stored in MongoDB. */
export type FocusSession = FocusTimes &
  Readonly<{
    /** UUIDv7. */
    _id: string;
    organization_id: string;
    user_id: string;
    /**
     * Counts the person's sessions in the organisation, from 1, and is unique. A session is inserted only after the one before it
     * was seen to have ended, so that the index refuses one of two starts at once. No value has to become free again. A session
     * that was imported or moved in has ended, and takes no part: its number is below 1.
     */
    number: number;
    session_type: string;
    planned_duration_seconds: number;
    state: FocusState;
    /**
     * The greatest value that a tick has claimed, each clamped when it arrived. Clients see `elapsedSeconds` instead.
     */
    claimed_seconds: number;
    /** When the latest tick arrived. */
    last_tick_at?: Date;
    /** A tick has arrived since the session was last reported to the insights. */
    has_new_ticks?: boolean;
    /** When the scheduler examines it next. Never later than it is due. */
    look_at: Date;
    /** 1 to 5. Null before it is completed. */
    productivity_rating: number | null;
    version: number;
    created_at: Date;
    updated_at: Date;
  }>;

/** A tick on its way to the session, in the form in which it waits in the spool. */
export type FocusTick = Readonly<{
  _id: string;
  organization_id: string;
  user_id: string;
  session_id: string;
  seconds: number;
  arrived_at: Date;
}>;
