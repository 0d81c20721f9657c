import type { PromptSet } from './prompt-set.js';
import type { PromptSetResponse } from './prompt-sets.dto.js';

export const toPromptSetResponse = ({ date, prompts }: PromptSet): PromptSetResponse => ({
  date,
  prompts: prompts.map(({ id, text, category, completed_at }) => ({
    id,
    text,
    category,
    completed_at: completed_at?.toISOString() ?? null,
  })),
  is_completed: prompts.length > 0 && prompts.every(({ completed_at }) => completed_at !== null),
});
