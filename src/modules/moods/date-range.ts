import { addDays, startOfLocalDay } from '../../common/time/local-days.js';
import { EmptyDateRange } from './moods.errors.js';

/** Both days are included. */
export interface DateRange {
  date_from?: string | undefined;
  date_to?: string | undefined;
}

/** The moments of a range of days in a time zone: `from` inclusive, `to` exclusive. Throws `EmptyDateRange`. */
export function momentsOf({ date_from, date_to }: DateRange, zone: string): { from?: Date; to?: Date } {
  if (date_from !== undefined && date_to !== undefined && date_from > date_to) throw new EmptyDateRange();
  return {
    ...(date_from !== undefined && { from: startOfLocalDay(date_from, zone) }),
    ...(date_to !== undefined && { to: startOfLocalDay(addDays(date_to, 1), zone) }),
  };
}
