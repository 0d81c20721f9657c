import { describe, expect, it } from 'vitest';

import {
  addContribution,
  type Contribution,
  type CountedDay,
  emptyDay,
} from '../../../src/modules/insights/daily-activity.js';
import { insightEffects, newInsightEffect } from '../../../src/modules/insights/insight.effects.js';
import { addDays } from '../../../src/common/time/local-days.js';
import { datesOf, markOf } from '../../../src/modules/insights/insight-marks.js';
import { bestHours, streaksOf, summaryOf } from '../../../src/modules/insights/user-analytics.js';

const counted = (zone: string, ...contributions: Contribution[]): Map<string, CountedDay> => {
  const days = new Map<string, CountedDay>();
  for (const contribution of contributions) addContribution(days, contribution, zone);
  return days;
};
const withEntries = (...dates: string[]) =>
  dates.map((date) => [date, { ...emptyDay(), entries: 1 }] as const);

describe('the days of a person', () => {
  const late = new Date('2026-11-21T23:30:00.000Z');

  it.each([
    ['UTC', '2026-11-21', 23],
    ['Europe/Berlin', '2026-11-22', 0],
    ['America/New_York', '2026-11-21', 18],
    ['Asia/Kathmandu', '2026-11-22', 5],
  ])('are those of the clocks of %s', (zone, date, hour) => {
    const days = counted(zone, { at: late, focus_sessions: 1, focus_seconds: 60 });
    expect([...days.keys()]).toEqual([date]);
    expect(days.get(date)?.focus_by_hour[hour]).toBe(60);
  });

  it('are those of the calendar for what has a date', () => {
    const days = counted(
      'Asia/Kathmandu',
      { date: '2026-11-21', entries: 1, words: 7 },
      { at: late, moods: 1 },
    );
    expect(days.get('2026-11-21')).toMatchObject({ entries: 1, words: 7, moods: 0 });
    expect(days.get('2026-11-22')).toMatchObject({ entries: 0, moods: 1 });
  });
});

describe('marks', () => {
  it('name the dates that a change may be about', () => {
    expect(markOf('2026-11-21')).toBe('2026-11-21');
    const hour = markOf(new Date('2026-11-21T18:20:00.000Z'));
    expect(datesOf(['2026-11-01', hour], 'UTC')).toEqual(['2026-11-01', '2026-11-21']);
    expect(datesOf([hour], 'Asia/Kathmandu')).toEqual(['2026-11-21', '2026-11-22']);
    expect(datesOf([hour, 'all'], 'UTC')).toBeNull();
    const many = Array.from({ length: 400 }, (_, n) => addDays('2026-01-01', n));
    expect(datesOf(many.slice(0, 366), 'UTC')).toHaveLength(366);
    expect(datesOf(many, 'UTC')).toBeNull();
  });

  it('are few, and set by an effect as often as it is applied', () => {
    const when = [1, 2].map((minute) => new Date(Date.UTC(2026, 10, 21, 9, minute)));
    const effect = newInsightEffect({ orgId: 'o', userId: 'u' }, { when, at: new Date() });
    const [write] = insightEffects.writes(effect);
    expect(write).toMatchObject({
      updateMany: {
        filter: { _id: 'o:u' },
        update: { $set: { is_stale: true, 'marks.2026-11-21T09': true } },
      },
    });
  });
});

describe('the summary', () => {
  it('adds the days up', () => {
    const day = { ...emptyDay(), moods: 2, intensity_sum: 13, focus_seconds: 90 };
    day.focus_by_hour[9] = 90;
    const { totals, focus_by_hour: byHour } = summaryOf([
      ['2026-11-20', day],
      ['2026-11-22', day],
    ]);
    expect(totals).toMatchObject({ moods: 4, intensity_sum: 26, focus_seconds: 180, entries: 0 });
    expect(byHour[9]).toBe(180);
  });

  it.each([
    ['2026-11-23', 3, 3],
    ['2026-11-24', 3, 3],
    ['2026-11-25', 0, 3],
    ['2026-11-22', 2, 3],
    ['2026-11-19', 2, 3],
  ])('knows the streak on %s', (today, current, longest) => {
    const dates = ['2026-11-18', '2026-11-19', '2026-11-21', '2026-11-22', '2026-11-23'];
    expect(streaksOf(summaryOf(withEntries(...dates)).entry_runs, today)).toEqual({ current, longest });
  });

  it('knows the best hours', () => {
    const byHour = emptyDay().focus_by_hour;
    expect(bestHours(byHour)).toEqual([]);
    for (const [hour, seconds] of [
      [9, 50],
      [10, 70],
      [14, 50],
      [22, 10],
    ] as const)
      byHour[hour] = seconds;
    expect(bestHours(byHour)).toEqual([10, 9, 14]);
  });
});
