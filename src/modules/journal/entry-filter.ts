import { givenConditions } from '../../stores/mongo/given-conditions.js';
import type { EntryType, ReadEntry } from './journal-entry.js';

/** Every condition that is given has to match. */
export interface EntryFilter {
  is_favorite?: boolean | undefined;
  entry_type?: EntryType | undefined;
  tag_id?: string | undefined;
  /** Days of any year: `02-28`. */
  monthDays?: readonly string[] | undefined;
  /** Inclusive. */
  from?: Date | undefined;
  /** Exclusive. */
  to?: Date | undefined;
}

/** The conditions of a filter that do not concern the sort field. */
export const conditionsOf = ({
  is_favorite,
  entry_type,
  tag_id,
  monthDays,
}: EntryFilter): Record<string, unknown> => ({
  deleted_at: null,
  ...givenConditions({ is_favorite, entry_type, tag_ids: tag_id }),
  ...(monthDays && { month_day: oneOf(monthDays) }),
});

const oneOf = (values: readonly string[]): unknown =>
  values.length === 1 ? values[0] : { $in: [...values] };

/** Whose entries are asked for. */
export interface EntryOwner {
  orgId: string;
  userId: string;
}

/** The same of an entry that was read: its owner, and every condition but the bounds of its date. */
export const isWithin = (
  { orgId, userId }: EntryOwner,
  { is_favorite, entry_type, tag_id, monthDays }: EntryFilter,
  entry: ReadEntry,
): boolean =>
  entry.organization_id === orgId &&
  entry.user_id === userId &&
  entry.deleted_at === null &&
  (is_favorite === undefined || entry.is_favorite === is_favorite) &&
  (entry_type === undefined || entry.entry_type === entry_type) &&
  (tag_id === undefined || entry.tag_ids.includes(tag_id)) &&
  (!monthDays || monthDays.includes(entry.month_day));
