import type { ActivityCounts } from './daily-activity.js';
import { noCounts } from './daily-activity.js';
import type { CalendarResponse, InsightsResponse } from './insights.dto.js';
import { bestHours, streaksOf, type UserAnalytics } from './user-analytics.js';

/** `today`: in the person's time zone. */
export function toInsightsResponse(analytics: UserAnalytics | null, today: string): InsightsResponse {
  const totals = analytics?.totals ?? noCounts();
  const { current, longest } = streaksOf(analytics?.entry_runs ?? [], today);
  return {
    entries: totals.entries,
    words: totals.words,
    moods: totals.moods,
    average_intensity: averageOf(totals),
    focus_sessions: totals.focus_sessions,
    focus_seconds: totals.focus_seconds,
    current_streak_days: current,
    longest_streak_days: longest,
    best_hours: bestHours(analytics?.focus_by_hour ?? []),
  };
}

export const toCalendarDay = (date: string, counts: ActivityCounts): CalendarResponse['data'][number] => ({
  date,
  entries: counts.entries,
  moods: counts.moods,
  average_intensity: averageOf(counts),
  focus_seconds: counts.focus_seconds,
});

const averageOf = ({ moods, intensity_sum }: ActivityCounts): number | null =>
  moods === 0 ? null : Math.round((intensity_sum / moods) * 100) / 100;
