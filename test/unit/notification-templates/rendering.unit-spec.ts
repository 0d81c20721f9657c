import { describe, expect, it } from 'vitest';

import {
  InvalidVariables,
  MixedLocales,
  RenderingTooLarge,
} from '../../../src/modules/notification-templates/notification-templates.errors.js';
import { publishingFaults } from '../../../src/modules/notification-templates/publishing-faults.js';
import { usualLongestTurnMs } from '../../support/longest-turn.js';
import { declared, render, templateOf } from './template-of.js';
import { timeLimit } from '../../support/time-limit.js';

const BOUND_MS = timeLimit(50);

describe('a rendered message', () => {
  const body = async (text: string, variables: Readonly<Record<string, unknown>>, options = {}) => {
    const template = await templateOf({ variants: { en: { body: text } }, variables: declared(...'abcdnx') });
    return (await render(template, variables, options)).body?.text;
  };
  const html = async (text: string, x: unknown) => {
    const template = await templateOf({ variants: { en: { html: text } }, variables: declared('x') });
    return (await render(template, { x })).html?.text;
  };

  it('takes each field from the nearest language, and says from which', async () => {
    const template = await templateOf({
      default_locale: 'en',
      fallback_locales: ['fr'],
      variants: {
        en: { subject: 'en', title: 'en', body: 'en' },
        fr: { subject: 'fr', title: 'fr' },
        'zh-Hant': { subject: 'hant' },
      },
    });
    const shown = async (locale: string) =>
      Object.fromEntries(
        Object.entries(await render(template, {}, { locale })).map(([field, one]) => [field, one.locale]),
      );
    expect(await shown('zh-Hant-TW')).toEqual({ subject: 'zh-Hant', title: 'fr', body: 'en' });
    expect(await shown('en-GB-x-private')).toEqual({ subject: 'en', title: 'en', body: 'en' });
    expect(await shown('zh')).toEqual({ subject: 'fr', title: 'fr', body: 'en' });
    const strict = render(template, {}, { locale: 'zh-Hant-TW', isStrict: true });
    await expect(strict).rejects.toMatchObject({
      code: 'notification_templates.mixed_locales',
      errors: [{ path: 'fields.title' }, { path: 'fields.body' }],
    });
    await expect(render(template, {}, { locale: 'ja', isStrict: true })).rejects.toBeInstanceOf(MixedLocales);
    expect(Object.keys(await render(template, {}, { locale: 'en-US', isStrict: true }))).toHaveLength(3);
  });

  it('writes numbers and dates by the language and in the time zone', async () => {
    const variables = declared('n', 'at');
    const text =
      '{n, number} {n, number, ::currency/EUR} {n, number, percent} {at, date, long} {at, time, short}';
    const template = await templateOf({
      variables,
      variants: { en: { body: text }, de: { body: text }, ja: { body: text } },
    });
    const values = { n: 1234.5, at: '2026-11-27T23:30:00Z' };
    const shown = async (locale: string, timeZone: string) =>
      (await render(template, values, { locale, timeZone })).body?.text.replaceAll(/[\u00A0\u202F]/g, ' ');
    expect(await shown('en', 'UTC')).toBe('1,234.5 €1,234.50 123,450% November 27, 2026 11:30 PM');
    expect(await shown('de', 'Europe/Berlin')).toBe('1.234,5 1.234,50 € 123.450 % 28. November 2026 00:30');
    expect(await shown('ja', 'Asia/Tokyo')).toBe('1,234.5 €1,234.50 123,450% 2026年11月28日 8:30');
  });

  it.each([
    ['2026-11-27', 'Nov 27, 2026'],
    ['2026-11-27T12:00:00.123456Z', 'Nov 27, 2026'],
    ['2026-11-27t23:00:00-05:00', 'Nov 28, 2026'],
  ])('takes dates as RFC 3339: %s', async (d, shown) => {
    for (const timeZone of ['UTC', 'America/Los_Angeles', 'Pacific/Kiritimati'])
      if (timeZone === 'UTC' || d.length === 10)
        expect(await body('{d, date, medium}', { d }, { timeZone })).toBe(shown);
  });

  it.each(['2026-02-30', '27.11.2026', '2026-11-27 12:00', '2026-11-27T25:00:00Z', 5, 'x', true])(
    'refuses any other date: %s',
    async (d) => {
      await expect(body('{d, date}', { d })).rejects.toMatchObject({ errors: [{ path: 'variables.d' }] });
    },
  );

  it('refuses values that do not fit, and only where they are needed', async () => {
    await expect(body('{n, plural, one {a} other {b}}', { n: 'x' })).rejects.toBeInstanceOf(InvalidVariables);
    await expect(body('{n, number}', {})).rejects.toMatchObject({ errors: [{ code: 'required' }] });
    await expect(body('{x}', { x: { a: 1 } })).rejects.toMatchObject({ errors: [{ code: 'invalid_type' }] });
    await expect(body('{x}', { x: true })).rejects.toBeInstanceOf(InvalidVariables);
    expect(await body('a{x}b', {})).toBe('ab');
    expect(await body('{a, select, yes {{n, number}} other {none}}', { a: 'no' })).toBe('none');
    expect(await body('{a, select, true {yes} other {no}}', { a: true })).toBe('yes');
  });

  it('follows the schema, and fills in its defaults', async () => {
    const template = await templateOf({
      variables: {
        properties: { name: { type: 'string', maxLength: 5 }, n: { type: 'integer', default: 3 } },
        required: ['name'],
      },
      variants: { en: { body: '{name} {n, plural, one {one} other {#}}' } },
    });
    expect((await render(template, { name: 'Ada' })).body?.text).toBe('Ada 3');
    await expect(render(template, {})).rejects.toMatchObject({
      errors: [{ path: 'variables.name', code: 'required' }],
    });
    await expect(render(template, { name: 'Adaadaada' })).rejects.toMatchObject({
      errors: [{ path: 'variables.name', code: 'maxLength' }],
    });
  });

  it.each(['{constructor}', '{toString}', '{__proto__}', '{hasOwnProperty}', '{valueOf}'])(
    'reaches no prototype: %s',
    async (text) => {
      const template = await templateOf({ variants: { en: { body: `a${text}b` } } });
      expect((await publishingFaults(template)).map(({ code }) => code)).toEqual(['undeclared_variable']);
      expect((await render(template, {})).body?.text).toBe('ab');
    },
  );

  it.each([
    ['{constructor}', '{constructor}'],
    ['{{constructor}}', '{{constructor}}'],
    ['{x, plural, other {#}}', '{x, plural, other {#}}'],
    ['${7*7} <%= 7*7 %> #{7*7}', '${7*7} <%= 7*7 %> #{7*7}'],
    ["'{'", "'{'"],
    ['{> footer}', '{> footer}'],
  ])('takes values for text: %s', async (x, shown) => {
    expect(await body('<{x}>', { x })).toBe(`<${shown}>`);
  });

  it('escapes values in HTML, in texts and in attributes', async () => {
    const evil = `"><img src=x onerror=alert(1)>'&`;
    expect(await html('<p title="{x}">{x}</p>', evil)).toBe(
      '<p title="&quot;&gt;&lt;img src=x onerror=alert(1)&gt;&#39;&amp;">&quot;&gt;&lt;img src=x onerror=alert(1)&gt;&#39;&amp;</p>',
    );
    expect(await body('{x}', { x: evil })).toBe(evil);
  });

  it('lets no value begin an address but http, https and mailto', async () => {
    const link = '<a href="{x}">a</a>';
    for (const x of [
      'https://a.example/?a=1&b="',
      'http://a.example',
      'MAILTO:ada@example.com',
      ' https://a.example',
    ])
      expect(await html(link, x)).toMatch(/^<a href="(?:https?:\/\/a\.example|MAILTO:ada@)/);
    for (const x of [
      'javascript:alert(1)',
      'JaVaScRiPt:x',
      '\u0001javascript:x',
      'data:text/html,x',
      '//a.example',
      'vbscript:x',
      'java\nscript:x',
      '/a',
      'x',
    ])
      await expect(html(link, x)).rejects.toMatchObject({
        errors: [{ path: 'variables.x', code: 'unsafe_address' }],
      });
    expect(await html(link, null)).toBe('<a href="">a</a>');
    expect(await html('<a href="https://a.example/{x}">a</a>', 'javascript:x')).toBe(
      '<a href="https://a.example/javascript:x">a</a>',
    );
    await expect(html('<p style="color:{x}">a</p>', 'red;background:url(//x)')).rejects.toBeInstanceOf(
      InvalidVariables,
    );
    expect(await html('<p style="color:{x}">a</p>', '#ff0000')).toBe('<p style="color:#ff0000">a</p>');
  });

  it('has one line where it becomes a header', async () => {
    const template = await templateOf({ variants: { en: { subject: 'Hi {x}' } }, variables: declared('x') });
    expect((await render(template, { x: 'Ada\r\nBcc: a@b.example' })).subject?.text).toBe(
      'Hi Ada Bcc: a@b.example',
    );
  });

  it('has partials and layouts, and says which are of another language', async () => {
    const partials = {
      layout: { und: { html: '<div>{> content}<p>{> footer}</p></div>' } },
      footer: { en: { html: 'Bye {x}' }, de: { html: 'Ciao {x}' } },
    };
    const template = await templateOf(
      {
        variables: declared('x'),
        variants: {
          en: { html: '{> layout}<b>{x}</b>' },
          'de-AT': { html: '{> layout}<i>{x}</i>' },
          fr: { html: '{> layout}<u>{x}</u>' },
        },
      },
      partials,
    );
    expect(await publishingFaults(template)).toEqual([]);
    const shown = (locale: string, isStrict = false) => render(template, { x: 'A' }, { locale, isStrict });
    expect((await shown('en')).html?.text).toBe('<div><b>A</b><p>Bye A</p></div>');
    expect((await shown('de-AT', true)).html).toEqual({
      text: '<div><i>A</i><p>Ciao A</p></div>',
      locale: 'de-AT',
    });
    expect((await shown('fr')).html).toEqual({
      ...{ text: '<div><u>A</u><p>Bye A</p></div>', locale: 'fr', partial_locales: { footer: 'en' } },
    });
    await expect(shown('fr', true)).rejects.toBeInstanceOf(MixedLocales);
  });

  it('is of 256 KiB at the most', async () => {
    const x = 'x'.repeat(100_000);
    expect((await body('{x}{x}', { x }))?.length).toBe(200_000);
    await expect(body('{x}{x}{x}', { x })).rejects.toBeInstanceOf(RenderingTooLarge);
    await expect(body('{x}'.repeat(1_900), { x })).rejects.toBeInstanceOf(RenderingTooLarge);
    const wide = '\u3042'.repeat(90_000);
    await expect(body('{x}', { x: wide })).rejects.toBeInstanceOf(RenderingTooLarge);
  });
});

describe('catastrophic input', () => {
  const NUMBERS = Array.from(
    { length: 140 },
    (_, n) => `{n, number, ::.${'0'.repeat(1 + (n % 20))} scale/${n + 1}}`,
  ).join('');
  const DATES = Array.from(
    { length: 140 },
    (_, n) =>
      `{d, date, ::yyyy${'M'.repeat(1 + (n % 4))}${'d'.repeat(1 + (n % 2))}${'E'.repeat(n % 3 === 0 ? 1 : 4)}}`,
  ).join('');
  const cases: Readonly<Record<string, [body: string, html: string]>> = {
    'open braces': ['{'.repeat(32_768), '{'.repeat(65_536)],
    'nested choices': ['{x, select, other {'.repeat(1_700), '{x, select, other {'.repeat(3_000)],
    apostrophes: ["'".repeat(32_767), "'{".repeat(32_000)],
    'spaces in an argument': [`{x${' '.repeat(32_000)}`, `{x,${' '.repeat(60_000)}`],
    'spaces before a partial': ['{>'.repeat(16_000), `{>${' '.repeat(60_000)}`],
    'partials that are not there': ['{> a}'.repeat(6_000), '{> a}'.repeat(12_000)],
    'many arguments': ['{x}'.repeat(10_000), '{x}'.repeat(20_000)],
    'many numbers': [NUMBERS, `<p>${NUMBERS}</p>`],
    'many dates': [DATES, `<p>${DATES}</p>`],
    'a long skeleton': [`{n, number, ::${'#'.repeat(30_000)}}`, `{n, number, ::.${'0'.repeat(60_000)}}`],
    'skeletons of many words': [
      `{n, number, ::${'currency/EUR '.repeat(2_000)}}`,
      `{d, date, ::${'yMd'.repeat(15_000)}}`,
    ],
    'many skeletons': ['{n, number, ::.00}'.repeat(1_800), '{d, date, ::yMd}'.repeat(4_000)],
    'signs of skeletons': [', ::'.repeat(8_000), ':'.repeat(65_000)],
    'quotes that do not end': ["'{''".repeat(8_000), "a'} ".repeat(16_000)],
    'many signs of tags': ['<'.repeat(32_000), '<'.repeat(65_000)],
    'many tags': ['', '<p>'.repeat(20_000)],
    'different tags': ['', Array.from({ length: 2_500 }, (_, n) => `<p id="${n}">a</p>`).join('')],
    'many attributes': ['', `<p ${'a="b" '.repeat(10_000)}>a</p>`],
    'one long attribute': ['', `<p style="${'url('.repeat(15_000)}">a</p>`],
    'an attribute name without end': ['', `<p ${'a'.repeat(60_000)}`],
    'a doctype without end': ['', `<!doctype html ${' "a"'.repeat(15_000)}`],
    'a choice of many': [
      `{x, select, ${Array.from({ length: 2_500 }, (_, n) => `k${n} {a}`).join(' ')} other {b}}`,
      `<p>{x, select, ${Array.from({ length: 4_000 }, (_, n) => `k${n} {a}`).join(' ')} other {b}}</p>`,
    ],
  };

  it.each(Object.entries(cases))('does not stop the process: %s', async (_, [bodyText, htmlText]) => {
    const work = async () => {
      const template = await templateOf({
        variables: declared('x', 'n', 'd'),
        variants: { en: { ...(bodyText && { body: bodyText }), html: htmlText } },
      });
      await publishingFaults(template);
      await render(template, { x: '<'.repeat(50_000), n: 1.5, d: '2026-11-27' }).catch(() => undefined);
    };
    expect(await usualLongestTurnMs(work)).toBeLessThan(BOUND_MS);
  });

  it('does not stop the process: values and schemas', async () => {
    const anyOf = Array.from({ length: 250 }, (_, n) => ({ type: 'object', required: [`m${n}`] }));
    const variables = { properties: { x: { type: 'array', items: { anyOf } } } };
    const template = await templateOf({ variables, variants: { en: { body: 'a' } } });
    const x = Array.from({ length: 4_900 }, () => ({}));
    const work = () => render(template, { x }).catch(() => undefined);
    expect(await usualLongestTurnMs(work)).toBeLessThan(BOUND_MS);
    const big = Object.fromEntries(
      Array.from({ length: 290 }, (_, n) => [`p${n}`, { type: 'string', maxLength: n }]),
    );
    const many = async () => {
      const compiled = await templateOf({ variables: { properties: big }, variants: { en: { body: 'a' } } });
      await publishingFaults(compiled);
      await render(compiled, {});
    };
    expect(await usualLongestTurnMs(many)).toBeLessThan(BOUND_MS);
  });
});
