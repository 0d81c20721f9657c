/** The canonical spelling of a BCP 47 tag; null where it is none. */
export function canonicalLocale(tag: string): string | null {
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Whether this process knows the rules of its language. For any other one `Intl` would take those of the machine. */
export const isKnownLocale = (tag: string): boolean => Intl.PluralRules.supportedLocalesOf([tag]).length > 0;

/** A range and what it is shortened to, one after the other (RFC 4647, section 3.4): `zh-Hant-TW`, `zh-Hant`, `zh`. */
export function lookupChain(range: string): string[] {
  const subtags = range.split('-');
  const chain: string[] = [];
  while (subtags.length > 0) {
    chain.push(subtags.join('-'));
    subtags.pop();
    // A singleton begins an extension and says nothing without it.
    while (subtags.at(-1)?.length === 1) subtags.pop();
  }
  return chain;
}

/** Where a text is looked for: first the range that is asked for, then what stands in for it. */
export interface LocaleOrder {
  range: string;
  fallbacks: readonly string[];
  defaultLocale: string;
}

/** Every locale in the order in which it is tried, each once. `own`: how many of them the range itself gives. */
export function localesOf({ range, fallbacks, defaultLocale }: LocaleOrder): { all: string[]; own: number } {
  const own = lookupChain(range);
  const all = new Set([...own, ...fallbacks.flatMap(lookupChain), ...lookupChain(defaultLocale)]);
  return { all: [...all], own: own.length };
}
