export const PROMPT_SETS_COLLECTION = 'daily_prompt_sets';

/** A prompt of a set, as it was in the library when the set was created. */
export interface SetPrompt {
  /** The id in the library. */
  readonly id: string;
  readonly text: string;
  readonly category: string | null;
  readonly completed_at: Date | null;
}

/** The prompts of one person on one of their days, as stored in MongoDB. */
export type PromptSet = Readonly<{
  /** UUIDv7. */
  _id: string;
  organization_id: string;
  user_id: string;
  /** `2026-11-21`, in the time zone that the person had at that time. Unique for the person. */
  date: string;
  prompts: readonly SetPrompt[];
  created_at: Date;
}>;
