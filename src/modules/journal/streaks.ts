import { addDays } from '../../common/time/local-days.js';

export interface Streaks {
  current_days: number;
  longest_days: number;
}

/** Runs of days with an entry. The current run ends today, or yesterday if there is no entry today yet. */
export function streaksOf(days: Iterable<string>, today: string): Streaks {
  const written = new Set(days);
  const lengthFrom = (last: string): number => {
    let length = 0;
    for (let day = last; written.has(day); day = addDays(day, -1)) length += 1;
    return length;
  };
  const ends = [...written].filter((day) => !written.has(addDays(day, 1)));
  return {
    current_days: lengthFrom(written.has(today) ? today : addDays(today, -1)),
    longest_days: ends.reduce((longest, last) => Math.max(longest, lengthFrom(last)), 0),
  };
}
