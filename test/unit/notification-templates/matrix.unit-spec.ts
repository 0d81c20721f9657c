import { describe, expect, it } from 'vitest';

import { MixedLocales } from '../../../src/modules/notification-templates/notification-templates.errors.js';
import { publishingFaults } from '../../../src/modules/notification-templates/publishing-faults.js';
import { type Field, FIELDS, type Variant } from '../../../src/modules/notification-templates/template.js';
import { declared, render, templateOf } from './template-of.js';

const LOCALES = ['ar', 'cs', 'de', 'en', 'fr', 'ja', 'pl', 'ru', 'sl', 'zh'] as const;
type PluralType = 'cardinal' | 'ordinal';

const NUMBERS = [
  ...Array.from({ length: 32 }, (_, n) => n),
  ...[
    0.5, 1.5, 2.25, 42, 99, 100, 101, 102, 103, 105, 111, 112, 121, 122, 125, 200, 201, 202, 203, 1_000,
    1_002,
  ],
  ...[10_000, 99_999, 1_000_000, 1_000_001, 2_000_000, 1_500_000, -1, -2],
];

const categoriesOf = (locale: string, type: PluralType): readonly string[] =>
  new Intl.PluralRules(locale, { type }).resolvedOptions().pluralCategories;

/** A choice with every category of the language; what is shown says which language and which category it is. */
const choice = (locale: string, type: PluralType): string => {
  const keyword = type === 'cardinal' ? 'plural' : 'selectordinal';
  const options = categoriesOf(locale, type).map((name) => `${name} {<${locale}|${name}|#>}`);
  return `{n, ${keyword}, ${options.join(' ')}}`;
};

/** Each makes the text of a field for a language, and says what is expected of it. */
const TEMPLATES: Readonly<
  Record<string, { text: (locale: string) => string; shown: (locale: string, n: number) => string }>
> = {
  plural: {
    text: (locale) => choice(locale, 'cardinal'),
    shown: (locale, n) => shownChoice(locale, 'cardinal', n),
  },
  ordinal: {
    text: (locale) => choice(locale, 'ordinal'),
    shown: (locale, n) => shownChoice(locale, 'ordinal', n),
  },
  nested: {
    text: (locale) =>
      `{sex, select, female {<${locale}|f> ${choice(locale, 'cardinal')}} other {<${locale}|o> ${choice(locale, 'cardinal')}}}`,
    shown: (locale, n) => `<${locale}|f> ${shownChoice(locale, 'cardinal', n)}`,
  },
  exact: {
    text: (locale) =>
      choice(locale, 'cardinal').replace('{n, plural,', `{n, plural, =0 {<${locale}|none|#>}`),
    shown: (locale, n) =>
      n === 0 ? `<${locale}|none|${numberIn(locale, n)}>` : shownChoice(locale, 'cardinal', n),
  },
  offset: {
    text: (locale) => choice(locale, 'cardinal').replace('{n, plural,', '{n, plural, offset:1'),
    shown: (locale, n) => shownChoice(locale, 'cardinal', n - 1),
  },
};

const numberIn = (locale: string, n: number): string => new Intl.NumberFormat(locale).format(n);
const shownChoice = (locale: string, type: PluralType, n: number): string =>
  `<${locale}|${new Intl.PluralRules(locale, { type }).select(n)}|${numberIn(locale, n)}>`;

/** Each set of fields that a language may lack. */
const MISSING: readonly (readonly Field[])[] = [
  [],
  ['subject'],
  ['title'],
  ['body'],
  ['subject', 'title', 'body'],
];
const TEXTS = FIELDS.filter((field) => field !== 'html');

describe('a message in every language', () => {
  it.each(Object.entries(TEMPLATES))('agrees with Intl.PluralRules: %s', async (_, { text, shown }) => {
    let cases = 0;
    for (const without of MISSING) {
      const variants = Object.fromEntries(
        LOCALES.map((locale): [string, Variant] => {
          // English is the default, and has everything.
          const fields = TEXTS.filter((field) => locale === 'en' || !without.includes(field));
          return [locale, Object.fromEntries(fields.map((field) => [field, text(locale)]))];
        }),
      );
      const template = await templateOf({ variants, variables: declared('n', 'sex') });
      expect(await publishingFaults(template)).toEqual([]);
      for (const locale of LOCALES) {
        for (const n of NUMBERS) {
          const fields = await render(template, { n, sex: 'female' }, { locale });
          for (const field of TEXTS) {
            const from = locale !== 'en' && without.includes(field) ? 'en' : locale;
            expect(fields[field]).toEqual({ text: shown(from, n), locale: from });
          }
          const strict = render(template, { n, sex: 'female' }, { locale, isStrict: true });
          if (locale !== 'en' && without.length > 0)
            await expect(strict).rejects.toBeInstanceOf(MixedLocales);
          else
            expect(Object.values(await strict).map((field) => field.locale)).toEqual(TEXTS.map(() => locale));
          cases += 2;
        }
      }
    }
    expect(cases).toBe(MISSING.length * LOCALES.length * NUMBERS.length * 2);
  });

  it.each(LOCALES)('is not published without a category that the language needs: %s', async (locale) => {
    for (const type of ['cardinal', 'ordinal'] as const) {
      for (const name of categoriesOf(locale, type).filter((category) => category !== 'other')) {
        const body = choice(locale, type).replace(new RegExp(`${name} \\{[^}]*\\}`), '');
        const template = await templateOf({
          default_locale: locale,
          variants: { [locale]: { body } },
          variables: declared('n'),
        });
        expect(await publishingFaults(template)).toEqual([
          expect.objectContaining({
            path: `variants.${locale}.body`,
            code: 'plural_category',
            message: expect.stringContaining(`"${name}"`),
          }),
        ]);
      }
    }
  });

  it('never shows a brace, a key or another language in strict mode', async () => {
    for (const locale of LOCALES) {
      for (const { text } of Object.values(TEMPLATES)) {
        const variants = Object.fromEntries(LOCALES.map((tag) => [tag, { body: text(tag) }]));
        const template = await templateOf({ variants, variables: declared('n', 'sex') });
        for (const n of NUMBERS) {
          for (const variables of [
            { n },
            { n, sex: 'x' },
            { n, sex: 'constructor' },
            { n, sex: '__proto__' },
          ]) {
            const { body } = await render(template, variables, { locale, isStrict: true });
            expect(body?.text).not.toMatch(/[{}]|\bsex\b|undefined|NaN|object/);
            const languages = [...(body?.text ?? '').matchAll(/<(\w+)\|/g)].map(([, tag]) => tag);
            expect(new Set(languages)).toEqual(new Set([locale]));
          }
        }
      }
    }
  });
});
