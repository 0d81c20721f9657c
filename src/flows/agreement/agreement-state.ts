/** `recent`: of what has changed lately; `pass`: of everything. */
export type AgreementScope = 'recent' | 'pass';

/** The last finished comparison of a scope. */
export interface FinishedLook {
  scope: AgreementScope;
  startedAt: Date;
  finishedAt: Date;
  checked: number;
}

/** How far the stores agree, as the last comparisons say. */
export interface AgreementState {
  recent: FinishedLook | null;
  pass: FinishedLook | null;
  /** Records that differ, by check; a check without any is left out. */
  differences: Readonly<Record<string, number>>;
}
