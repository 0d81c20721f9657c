import { type Formats, type Formatters, IntlMessageFormat } from 'intl-messageformat';
import { LRUCache } from 'lru-cache';

/** The named styles of MessageFormat: `{n, number, percent}`, `{at, date, long}`. */
export const FORMATS = IntlMessageFormat.formats as unknown as Formats;

/** The limit for each kind. One object takes some tens of microseconds to create and some kilobytes of memory. */
const MAX_KEPT = 500;

const numbers = new LRUCache<string, Intl.NumberFormat>({ max: MAX_KEPT });
const dates = new LRUCache<string, Intl.DateTimeFormat>({ max: MAX_KEPT });
const plurals = new LRUCache<string, Intl.PluralRules>({ max: MAX_KEPT });

function kept<T extends object>(cache: LRUCache<string, T>, key: string, make: () => T): T {
  const known = cache.get(key);
  if (known) return known;
  const made = make();
  cache.set(key, made);
  return made;
}

/** Formatters for one rendering, with its time zone. `before` is called before each of them, and may throw. */
export const formattersFor = (timeZone: string, before: () => void): Formatters => ({
  getNumberFormat: (locales, options) => {
    before();
    return kept(numbers, JSON.stringify([locales, options]), () => numberFormat(locales, options));
  },
  getDateTimeFormat: (locales, options) => {
    before();
    const zoned = { ...options, timeZone };
    return kept(dates, JSON.stringify([locales, zoned]), () => new Intl.DateTimeFormat(locales, zoned));
  },
  getPluralRules: (locales, options) => {
    before();
    return kept(plurals, JSON.stringify([locales, options]), () => new Intl.PluralRules(locales, options));
  },
});

const numberFormat = (...[locales, options]: Parameters<Formatters['getNumberFormat']>): Intl.NumberFormat =>
  new Intl.NumberFormat(locales, options as Intl.NumberFormatOptions);
