import type { Prompt } from './prompt.js';
import type { PromptResponse } from './prompts.dto.js';

export const toPromptResponse = (prompt: Prompt): PromptResponse => ({
  id: prompt.id,
  text: prompt.text,
  category: prompt.category,
  is_active: prompt.isActive,
  created_at: prompt.createdAt.toISOString(),
  updated_at: prompt.updatedAt.toISOString(),
});
