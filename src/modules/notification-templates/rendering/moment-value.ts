import { DateTime } from 'luxon';

const INSTANT = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)$/;
const DATE = /^\d{4}-\d\d-\d\d$/;

/**
 * The moment of an RFC 3339 text. Null for other text. A date without a time becomes the beginning of that day in the
 * time zone of the rendering, so that the same date is shown.
 */
export function momentOf(text: unknown, timeZone: string): Date | null {
  if (typeof text !== 'string') return null;
  const isDate = DATE.test(text);
  if (!isDate && !INSTANT.test(text)) return null;
  const moment = DateTime.fromISO(text.toUpperCase(), isDate ? { zone: timeZone } : {});
  return moment.isValid ? moment.toJSDate() : null;
}
