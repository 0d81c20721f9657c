import { givenConditions } from '../../stores/mongo/given-conditions.js';
import type { EntryType } from './journal-entry.js';

/** Each one that is given has to match. */
export interface EntryFilter {
  is_favorite?: boolean | undefined;
  entry_type?: EntryType | undefined;
  tag_id?: string | undefined;
  /** Days of any year: `02-28`. */
  monthDays?: readonly string[] | undefined;
  /** All of them. */
  tokens?: readonly string[] | undefined;
  /** Inclusive. */
  from?: Date | undefined;
  /** Exclusive. */
  to?: Date | undefined;
}

/** The part of a filter that the sort field has no part in. */
export const conditionsOf = ({
  is_favorite,
  entry_type,
  tag_id,
  monthDays,
  tokens,
}: EntryFilter): Record<string, unknown> => ({
  deleted_at: null,
  ...givenConditions({ is_favorite, entry_type, tag_ids: tag_id }),
  ...(monthDays && { month_day: oneOf(monthDays) }),
  ...(tokens && { tokens: tokens.length === 1 ? tokens[0] : { $all: [...tokens] } }),
});

const oneOf = (values: readonly string[]): unknown =>
  values.length === 1 ? values[0] : { $in: [...values] };
