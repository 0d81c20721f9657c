/** Offsets such as `+01:00`, which `Intl` takes too, name no zone: they know no summer time. */
const NAME = /^[A-Za-z][A-Za-z0-9_+/-]{0,99}$/;

/** Whether a text is the IANA name of a time zone, in whatever case. */
export function isTimeZone(text: string): boolean {
  if (!NAME.test(text)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/**
 * The one spelling of a zone that the calendar functions are called with: they keep a formatter for each name, so that names
 * in any case would fill the memory.
 */
export const canonicalTimeZone = (zone: string): string =>
  new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
