import type { CheckReport } from '../../flows/reconciliation/reconciliation.js';

/** A comparison of the stores that an operator has asked for. */
export interface VerifyRun {
  id: string;
  status: 'running' | 'done' | 'failed';
  isRepair: boolean;
  startedAt: Date;
  finishedAt: Date | null;
  /** What was found so far. */
  checks: readonly CheckReport[];
  /** Nothing differs, or not any more. Null until it is done. */
  isOk: boolean | null;
  /** What still differs after the repairs. Null until it is done. */
  remaining: number | null;
  /** Once it has failed: for people, without a word of a store. */
  failure: string | null;
}
