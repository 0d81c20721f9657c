import { addDays } from '../../common/time/local-days.js';
import type { EntryFilter } from './entry-filter.js';
import { dateAsStored } from './journal-entry.js';
import type { ListEntriesQuery } from './journal.dto.js';
import { onThisDay } from './on-this-day.js';

/** The filter of a list in the form for MongoDB. `today` is the person's date, for `on_this_day`. */
export function filterOf(query: ListEntriesQuery, today: string): EntryFilter {
  const { is_favorite, entry_type, tag_id, date_from, date_to, on_this_day } = query;
  const remembered = on_this_day === undefined ? null : onThisDay(on_this_day, today);
  const ends = [date_to === undefined ? null : addDays(date_to, 1), remembered?.before ?? null];
  const end = ends.filter((date) => date !== null).toSorted()[0];
  return {
    is_favorite,
    entry_type,
    tag_id,
    monthDays: remembered?.monthDays,
    from: date_from === undefined ? undefined : dateAsStored(date_from),
    to: end === undefined ? undefined : dateAsStored(end),
  };
}
