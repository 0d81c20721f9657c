import type { FocusState } from './focus-session-state.js';

export const FOCUS_SESSIONS_COLLECTION = 'focus_sessions';

/** `ended_at` null: it lasts still. */
export type Pause = Readonly<{ started_at: Date; ended_at: Date | null }>;

/** What the elapsed time depends on. */
export type FocusTimes = Readonly<{
  started_at: Date;
  ended_at: Date | null;
  /** In their order; only the last one may last still. */
  pauses: readonly Pause[];
}>;

/** A person's focus session, as it stands in MongoDB. */
export type FocusSession = FocusTimes &
  Readonly<{
    /** UUIDv7. */
    _id: string;
    organization_id: string;
    user_id: string;
    /**
     * Counts the person's sessions in the organisation, from 1, and is unique. A session is inserted only after the one before it
     * was seen to have ended, so that of two starts at once the index refuses one. No value has to become free again. Below 1: it
     * was held elsewhere, and had ended when it was moved in.
     */
    number: number;
    session_type: string;
    planned_duration_seconds: number;
    state: FocusState;
    /** The greatest of what ticks claimed, each clamped when it arrived. What is shown is `elapsedSeconds`. */
    claimed_seconds: number;
    /** When the latest tick arrived. */
    last_tick_at?: Date;
    /** A tick has come since the session was last told of to the insights. */
    has_new_ticks?: boolean;
    /** When the scheduler looks at it next: never later than it is due. */
    look_at: Date;
    /** 1 to 5; null before it is completed. */
    productivity_rating: number | null;
    version: number;
    created_at: Date;
    updated_at: Date;
  }>;

/** A tick on its way to the session, as it waits in the spool. */
export type FocusTick = Readonly<{
  _id: string;
  organization_id: string;
  user_id: string;
  session_id: string;
  seconds: number;
  arrived_at: Date;
}>;
