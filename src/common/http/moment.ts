import { z } from 'zod';

/**
 * Whether a moment has a year from 1 to 9999 in UTC, whatever its offset. PostgreSQL has no year 0, and years beyond
 * 9999 are written with a sign and six digits (ECMA-262, 21.4.1.32), which RFC 3339 does not allow. True for a text
 * that is no moment, because that is another fault.
 */
export function isWithinOurYears(moment: string): boolean {
  const year = new Date(moment).getUTCFullYear();
  return Number.isNaN(year) || (year >= 1 && year <= 9999);
}

/** A moment from a client. */
export const givenMoment = z.iso
  .datetime({ offset: true, error: 'must be an RFC 3339 date and time with a time zone' })
  .refine(isWithinOurYears, 'must be in the years 1 to 9999 of UTC');
