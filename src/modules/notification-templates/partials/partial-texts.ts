import { Turns } from '../../../common/time/turns.js';
import { lookupChain, localesOf } from '../message/locale-lookup.js';
import type { Expansions } from '../rendering/compiled-template.js';
import { type Field, FIELDS, type TemplateContent, type TemplatePartial } from '../template.js';
import { expand, type Expansion, type FindPartial, type PartialField } from './expansion.js';

/** The limit of all fields in all locales together. */
const MAX_LENGTH = 2_097_152;
/** The locale of a partial for every language, such as a layout without words. */
const NEUTRAL = 'und';

export type Partials = ReadonlyMap<string, Pick<TemplatePartial, 'variants'>>;

const partialFieldOf = (field: Field): PartialField => (field === 'html' ? 'html' : 'body');

/**
 * Every field of a template with its partials in place. Each fault is reported for its field. Lets other requests run
 * in between.
 */
export async function expandVariants(content: TemplateContent, partials: Partials): Promise<Expansions> {
  const turns = new Turns();
  const expansions = new Map<string, Partial<Record<Field, Expansion>>>();
  let length = 0;
  for (const [locale, variant] of Object.entries(content.variants)) {
    const fields: Partial<Record<Field, Expansion>> = {};
    for (const field of FIELDS) {
      const text = variant[field];
      if (text === undefined) continue;
      const expansion = expand(text, finder(content, partials, locale, field));
      length += expansion.text.length;
      fields[field] = length > MAX_LENGTH ? tooLong(text) : expansion;
      await turns.pass();
    }
    expansions.set(locale, fields);
  }
  return Object.fromEntries(expansions);
}

const tooLong = (source: string): Expansion => ({
  ...{ text: '', pieces: [], foreign: {} },
  fault: {
    ...{ partial: null, offset: 0, source, code: 'partial_size' },
    message: `all texts together are longer than ${MAX_LENGTH} characters with their partials`,
  },
});

/** Searches by the language of the field, then for every language, then in the order of the template's fallbacks. */
function finder(content: TemplateContent, partials: Partials, locale: string, field: Field): FindPartial {
  const own = lookupChain(locale);
  const { all } = localesOf({
    range: locale,
    fallbacks: content.fallback_locales,
    defaultLocale: content.default_locale,
  });
  const order = [...own, NEUTRAL, ...all.slice(own.length)];
  const kind = partialFieldOf(field);
  return (name) => {
    const variants = partials.get(name)?.variants ?? {};
    const found = order.find((tag) => Object.hasOwn(variants, tag) && variants[tag]?.[kind] !== undefined);
    const text = found === undefined ? undefined : variants[found]?.[kind];
    if (found === undefined || text === undefined) return null;
    return { text, locale: found, isForeign: found !== NEUTRAL && !own.includes(found) };
  };
}
