import { lookupChain, localesOf } from '../message/locale-lookup.js';
import type { Expansions } from '../rendering/compiled-template.js';
import { type Field, FIELDS, type TemplateContent, type TemplatePartial } from '../template.js';
import { expand, type Expansion, type FindPartial, type PartialField } from './expansion.js';

/** A partial for every language, such as a layout without words. */
const NEUTRAL = 'und';

export type Partials = ReadonlyMap<string, Pick<TemplatePartial, 'variants'>>;

const partialFieldOf = (field: Field): PartialField => (field === 'html' ? 'html' : 'body');

/** Every field of a template with its partials in place. A fault stands in the field that has it. */
export function expandVariants(content: TemplateContent, partials: Partials): Expansions {
  const locales = Object.entries(content.variants).map(([locale, variant]) => {
    const fields = FIELDS.flatMap((field): [Field, Expansion][] => {
      const text = variant[field];
      return text === undefined ? [] : [[field, expand(text, finder(content, partials, locale, field))]];
    });
    return [locale, Object.fromEntries(fields)];
  });
  return Object.fromEntries(locales) as Expansions;
}

/** By the language of the field, then for every language, then as the template falls back. */
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
