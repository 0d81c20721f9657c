/** `recent`: of recent changes; `pass`: of everything. */
export type AgreementScope = 'recent' | 'pass';

/** The last finished comparison of a scope. */
export interface FinishedComparison {
  scope: AgreementScope;
  startedAt: Date;
  finishedAt: Date;
  checked: number;
}

/** How far the stores agree, according to the last comparisons. */
export interface AgreementState {
  recent: FinishedComparison | null;
  pass: FinishedComparison | null;
  /** Records that differ, by check. A check without differences is left out. */
  differences: Readonly<Record<string, number>>;
}
