/** The states of an execution. */
export const EXECUTION_STATES = [
  'queued',
  'running',
  'succeeded',
  'failed',
  'cancelled',
  'timed_out',
] as const;
export type ExecutionState = (typeof EXECUTION_STATES)[number];

const NEXT: Readonly<Record<ExecutionState, readonly ExecutionState[]>> = {
  queued: ['running', 'failed', 'cancelled', 'timed_out'],
  running: ['succeeded', 'failed', 'cancelled', 'timed_out'],
  succeeded: [],
  failed: [],
  cancelled: [],
  timed_out: [],
};

export const canMove = (from: ExecutionState, to: ExecutionState): boolean => NEXT[from].includes(to);

/** Whether it has ended, so that neither output nor a new state is accepted any more. */
export const hasEnded = (state: ExecutionState): boolean => NEXT[state].length === 0;
