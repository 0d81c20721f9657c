import type { MoodSums } from './mood-sums.js';
import type { TrendsResponse } from './moods.dto.js';

export const toTrendsResponse = (sums: MoodSums): TrendsResponse => ({
  data: sums.byPeriod().map(({ startMs, average, count }) => ({
    start: new Date(startMs).toISOString(),
    average_intensity: average,
    count,
  })),
  factors: sums
    .byFactor()
    .map(({ name, value, average, count }) => ({ name, value, average_intensity: average, count })),
});
