/** What is moved, in this order: what a record names is moved before it. The names are those of the source's tables. */
export const MOVED_KINDS = [
  'users',
  'tags',
  'mood_categories',
  'mood_entries',
  'journal_entries',
  'focus_sessions',
] as const;
export type MovedKindName = (typeof MOVED_KINDS)[number];

/** What a record of the source has become here. */
export interface MovedRecord {
  sourceId: string;
  id: string;
  /** Whose it is; of an account its own id. */
  userId: string;
}

/** A row or document of the source. `fields` as the source has them: any of them may be missing or of another type. */
export interface SourceRow {
  id: string;
  fields: Readonly<Record<string, unknown>>;
}

/** A row that cannot be moved. The reason names fields and never their values. */
export interface RefusedRow {
  id: string;
  reason: string;
}
