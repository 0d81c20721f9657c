import type { MoodCategoryResponse } from './mood-categories.dto.js';
import type { MoodCategory } from './mood-category.js';

export const toMoodCategoryResponse = (category: MoodCategory): MoodCategoryResponse => ({
  id: category.id,
  name: category.name,
  created_at: category.createdAt.toISOString(),
});
