export const PROMPT_SETS_COLLECTION = 'daily_prompt_sets';

/** A prompt of a set, as the library had it when the set was made. */
export interface SetPrompt {
  /** Of the library. */
  readonly id: string;
  readonly text: string;
  readonly category: string | null;
  readonly completed_at: Date | null;
}

/** The prompts of one person on one of their days, as they stand in MongoDB. */
export type PromptSet = Readonly<{
  /** UUIDv7. */
  _id: string;
  organization_id: string;
  user_id: string;
  /** `2026-11-21`, in the time zone that the person had then. Unique for the person. */
  date: string;
  prompts: readonly SetPrompt[];
  created_at: Date;
}>;
