/** `Intl` also accepts offsets such as `+01:00`. They name no zone, because they have no summer time. */
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
 * The one spelling of a zone for calls of the calendar functions. They keep a formatter for each name, so names in
 * arbitrary case would fill the memory.
 */
export const canonicalTimeZone = (zone: string): string =>
  new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
