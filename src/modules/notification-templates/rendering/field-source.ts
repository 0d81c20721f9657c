import { localesOf } from '../message/locale-lookup.js';
import type { Field } from '../template.js';
import type { CompiledTemplate } from './compiled-template.js';

export interface FieldSource {
  locale: string;
  /** It has the requested language, not that of a substitute. */
  isOwn: boolean;
}

/** The locale from which readers of `range` get a field. Null: no locale has it. */
export function fieldSource(template: CompiledTemplate, range: string, field: Field): FieldSource | null {
  const { fallback_locales: fallbacks, default_locale: defaultLocale } = template.content;
  const { all, own } = localesOf({ range, fallbacks, defaultLocale });
  const at = all.findIndex((tag) => template.has(tag, field));
  const locale = all[at];
  return locale === undefined ? null : { locale, isOwn: at < own };
}
