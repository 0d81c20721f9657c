/** The canonical spelling of a BCP 47 tag. Null for other text. */
export function canonicalLocale(tag: string): string | null {
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/**
 * Whether this process has the rules of the locale's language. For an unknown one `Intl` would use those of the
 * machine.
 */
export const isKnownLocale = (tag: string): boolean => Intl.PluralRules.supportedLocalesOf([tag]).length > 0;

/** A range and its shorter forms, one after the other (RFC 4647, section 3.4): `zh-Hant-TW`, `zh-Hant`, `zh`. */
export function lookupChain(range: string): string[] {
  const subtags = range.split('-');
  const chain: string[] = [];
  while (subtags.length > 0) {
    chain.push(subtags.join('-'));
    subtags.pop();
    // A singleton begins an extension and has no meaning without it.
    while (subtags.at(-1)?.length === 1) subtags.pop();
  }
  return chain;
}

/** Where to look for a text: first in the requested range, then in its substitutes. */
export interface LocaleOrder {
  range: string;
  fallbacks: readonly string[];
  defaultLocale: string;
}

/** Every locale in the order in which it is tried, each once. `own`: how many of them come from the range itself. */
export function localesOf({ range, fallbacks, defaultLocale }: LocaleOrder): { all: string[]; own: number } {
  const own = lookupChain(range);
  const all = new Set([...own, ...fallbacks.flatMap(lookupChain), ...lookupChain(defaultLocale)]);
  return { all: [...all], own: own.length };
}
