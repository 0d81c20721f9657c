import type { Mood } from './mood.js';
import type { MoodResponse } from './moods.dto.js';

export const toMoodResponse = (mood: Mood): MoodResponse => ({
  id: mood._id,
  category_id: mood.category_id,
  intensity: mood.intensity,
  factors: mood.factors.map(({ name, value }) => ({ name, value })),
  note: mood.note,
  recorded_at: mood.recorded_at.toISOString(),
  created_at: mood.created_at.toISOString(),
  updated_at: mood.updated_at.toISOString(),
});
