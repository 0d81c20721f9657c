/** The states of a focus session. `expired`: the scheduler has ended it, because no tick came. */
export const FOCUS_STATES = ['running', 'paused', 'completed', 'abandoned', 'expired'] as const;
export type FocusState = (typeof FOCUS_STATES)[number];

const NEXT: Readonly<Record<FocusState, readonly FocusState[]>> = {
  running: ['paused', 'completed', 'abandoned', 'expired'],
  paused: ['running', 'completed', 'abandoned', 'expired'],
  completed: [],
  abandoned: [],
  expired: [],
};

export const canMove = (from: FocusState, to: FocusState): boolean => NEXT[from].includes(to);

/** Whether it has ended, so that neither ticks nor a new state are accepted any more. */
export const hasEnded = (state: FocusState): boolean => NEXT[state].length === 0;

export const ACTIVE_STATES = FOCUS_STATES.filter((state) => !hasEnded(state));
export const ENDED_STATES = FOCUS_STATES.filter(hasEnded);
