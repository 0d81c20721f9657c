import { Invalid } from '../../common/errors/kinds.js';
import { parseBody } from '../../common/http/contract.pipe.js';
import { canonicalLocale } from './message/locale-lookup.js';
import { contentSchema, type GivenContent } from './template.dto.js';
import type { TemplateContent } from './template.js';

/** Converts locales to their canonical spelling. Throws `Invalid`. */
export const toContent = ({
  default_locale: defaultLocale,
  fallback_locales: fallbacks,
  variables,
  sample,
  variants,
}: GivenContent): TemplateContent => ({
  default_locale: canonical(defaultLocale),
  fallback_locales: fallbacks.map(canonical),
  variables: variables as TemplateContent['variables'],
  sample: sample as TemplateContent['sample'],
  variants: canonicalKeys(variants) as TemplateContent['variants'],
});

/** Parses content that is known only inside a handler. Throws `Invalid`. */
export const parseContent = (value: unknown): TemplateContent => toContent(parseBody(contentSchema, value));

/** A merge patch with its locales in canonical spelling, like those of the stored content. Throws `Invalid`. */
export const canonicalPatch = <T extends { variants?: Readonly<Record<string, unknown>> | undefined }>(
  patch: T,
): T => (patch.variants === undefined ? patch : { ...patch, variants: canonicalKeys(patch.variants) });

/** Throws `Invalid` if two spellings denote one locale. */
export function canonicalKeys<T>(variants: Readonly<Record<string, T>>): Record<string, T> {
  const result = new Map<string, T>();
  for (const [given, variant] of Object.entries(variants)) {
    const locale = canonical(given);
    if (result.has(locale))
      throw new Invalid([
        {
          path: `variants.${given}`,
          code: 'duplicate',
          message: `It is the same locale as another: ${locale}.`,
        },
      ]);
    result.set(locale, variant);
  }
  return Object.fromEntries(result);
}

/** Throws `Invalid` if the key in the body differs from the key in the address. */
export const assertSameKey = (given: string | undefined, key: string): void => assertSame('key', given, key);

/** The same for a partial. */
export const assertSameName = (given: string | undefined, name: string): void =>
  assertSame('name', given, name);

function assertSame(path: string, given: string | undefined, current: string): void {
  if (given === undefined || given === current) return;
  throw new Invalid([{ path, code: 'immutable', message: `The ${path} cannot be changed.` }]);
}

const canonical = (tag: string): string => canonicalLocale(tag) ?? tag;
