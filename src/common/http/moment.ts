/**
 * Whether a moment has a year from 1 to 9999 in UTC, whatever its offset says. PostgreSQL knows no year 0, and what lies
 * beyond 9999 is written with a sign and six digits (ECMA-262, 21.4.1.32), which RFC 3339 does not have.
 */
export function isWithinOurYears(moment: string): boolean {
  const year = new Date(moment).getUTCFullYear();
  return year >= 1 && year <= 9999;
}
