import type { CheckReport } from '../../flows/reconciliation/reconciliation.js';

/** A comparison of the stores that an operator has requested. */
export interface VerifyRun {
  id: string;
  status: 'running' | 'done' | 'failed';
  isRepair: boolean;
  startedAt: Date;
  finishedAt: Date | null;
  /** The results so far. */
  checks: readonly CheckReport[];
  /** Whether no difference is left. Null until the run is done. */
  isOk: boolean | null;
  /** The number of differences that are left after the repairs. Null until the run is done. */
  remaining: number | null;
  /** Set if the run has failed: a text for people that names no store. */
  failure: string | null;
}
