import { describe, expect, it } from 'vitest';

import { publishingFaults } from '../../../src/modules/notification-templates/publishing-faults.js';
import type {
  TemplateContent,
  TemplatePartial,
} from '../../../src/modules/notification-templates/template.js';
import { declared, templateOf } from './template-of.js';

const faultsOf = async (
  given: Partial<TemplateContent>,
  partials: Readonly<Record<string, TemplatePartial['variants']>> = {},
) =>
  (await publishingFaults(await templateOf(given, partials))).map(({ path, code, message }) => [
    path,
    code,
    /^line \d+, column \d+(?: of the partial "[\w-]+")?/.exec(message)?.[0] ?? null,
  ]);

const html = (text: string) => ({ variables: declared('x', 'y'), variants: { en: { html: text } } });
const body = (text: string) => ({ variables: declared('x', 'y', 'n'), variants: { en: { body: text } } });
const HTML = 'variants.en.html';
const BODY = 'variants.en.body';

describe('publishing refuses', () => {
  it.each([
    ['an undeclared variable', 'a\nb {z}', 'undeclared_variable', 'line 2, column 3'],
    [
      'an undeclared variable in a branch',
      '{x, select, other {{z}}}',
      'undeclared_variable',
      'line 1, column 20',
    ],
    ['a name with a dot', 'Hi {a.b}', 'message_syntax', 'line 1, column 4'],
    ['an open brace', 'Hi {x', 'message_syntax', 'line 1, column 4'],
    ['a closing brace alone', 'Hi }', 'message_syntax', null],
    ['an empty argument', 'Hi {}', 'message_syntax', 'line 1, column 4'],
    ['double braces', 'Hi {{x}}', 'message_syntax', 'line 1, column 4'],
    ['a choice without "other"', '{x, select, a {b}}', 'message_syntax', null],
    ['an unknown format', '{x, foo}', 'message_syntax', null],
    ['an unknown style', '{n, number, foo}', 'message_style', 'line 1, column 1'],
    [
      'a style that is a member of every object',
      '{n, number, constructor}',
      'message_style',
      'line 1, column 1',
    ],
    ['a currency without its name', '{n, number, currency}', 'message_style', 'line 1, column 1'],
    ['a skeleton that says nothing', '{n, number, ::currency/EURO}', 'message_style', 'line 1, column 1'],
    ['a missing category', '{n, plural, other {#}}', 'plural_category', 'line 1, column 1'],
    [
      'a missing ordinal category',
      '{n, selectordinal, one {#st} other {#th}}',
      'plural_category',
      'line 1, column 1',
    ],
    ['nests without end', '{x, select, other {'.repeat(30) + '}}'.repeat(30), 'too_deep', null],
    ['content outside a layout', '{> content}', 'partial_content', 'line 1, column 1'],
    ['a partial that is not there', 'a {> gone}', 'partial_missing', 'line 1, column 3'],
  ])('%s', async (_, text, code, place) => {
    const faults = await faultsOf(body(text));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toEqual([BODY, code, place ?? expect.anything()]);
  });

  it.each([
    ['a script', 'a<script>alert(1)</script>', 'html_refused', 'line 1, column 2'],
    ['a handler', '<p onclick="x()">a</p>', 'html_refused', 'line 1, column 1'],
    ['a script as address', '<a href="javascript:alert(1)">a</a>', 'html_refused', 'line 1, column 1'],
    ['a script as address, in references', '<a href="&#106;avascript:alert(1)">a</a>', 'html_refused', null],
    ['a script as address, in pieces', '<a href="java{x}">a</a>', 'html_address', null],
    [
      'a script as address, by a choice',
      '<a href="{x, select, a {javascript:} other {https://}}{y}">a</a>',
      'html_address',
      null,
    ],
    ['a value within a scheme', '<a href="{x, select, a {h} other {}}{y}">a</a>', 'html_address', null],
    ['a number that begins an address', '<a href="{x, number}">a</a>', 'html_address', null],
    ['a form', '<form action="https://x.example"></form>', 'html_refused', null],
    ['a frame', '<iframe src="https://x.example"></iframe>', 'html_refused', null],
    ['a style sheet', "<style>p '{'color:red'}'</style>", 'html_refused', null],
    ['a refresh', '<meta http-equiv="refresh" content="0">', 'html_refused', null],
    ['a style that loads a script', '<p style="background:url(javascript:x)">a</p>', 'html_refused', null],
    ['an address made of a value in a style', '<p style="background:url({x})">a</p>', 'html_refused', null],
    ['an expression in a style', '<p style="width:expression(x)">a</p>', 'html_refused', null],
    ['a comment', '<!-- a -->', 'html_syntax', 'line 1, column 1'],
    ['a value as a tag', '<{x}>', 'html_syntax', null],
    ['a value as an attribute', '<p {x}>a</p>', 'html_placement', 'line 1, column 4'],
    ['a value without quotes', '<p title={x}>a</p>', 'html_syntax', null],
    ['an element that is not closed', '<p>a', 'html_syntax', 'line 1, column 1'],
    ['an end of nothing', 'a</p>', 'html_syntax', 'line 1, column 2'],
    ['crossed elements', '<b><i>a</b></i>', 'html_syntax', null],
    ['a tag that does not end', '<p', 'html_syntax', null],
    [
      'a branch that ends in a tag',
      '{x, select, a {<b title="} other {}}" onclick="x()">b</b>',
      'html_syntax',
      null,
    ],
    [
      'a branch that closes the attribute',
      '<b title="{x, select, a {" onclick="x()} other {}}">b</b>',
      'html_syntax',
      null,
    ],
    [
      'branches that make a tag together',
      '{x, select, a {<scr} other {}}{y, select, a {ipt>} other {}}',
      'html_syntax',
      null,
    ],
    ['a branch that does not close', '{x, select, a {<b>} other {}}b</b>', 'html_syntax', null],
    ['a quoted brace before a tag', "'{'<img src=x onerror=alert(1)>", 'html_syntax', null],
  ])('HTML with %s', async (_, text, code, place) => {
    const [first] = await faultsOf(html(text));
    expect(first).toEqual([HTML, code, place ?? expect.anything()]);
  });

  it.each([
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">\n' +
      '<html lang="en"><head><meta charset="utf-8"></head><body bgcolor="#ffffff">a</body></html>',
    '<table role="presentation" width=600 cellpadding="0"><tr><td align=center style="color:#333;padding:0 4px">a</td></tr></table>',
    '<p>&nbsp;{x} &amp; {y}<br><br/>5 &lt; 6</p>',
    '<a href="{x}" title="{y}" target="_blank">a</a>',
    '<a href="https://example.com/{x}?q={y}">a</a> <a href="mailto:{x}">b</a>',
    '<a href="{x, select, a {https://a.example} other {https://b.example}}/{y}">a</a>',
    '{x, select, a {<b>a</b>} other {<i>{y}</i>}}',
    '<p class="{x, select, a {red} other {blue}}" style="color:{y}">a</p>',
    '<td style="background-image:url(https://example.com/a.png)">a</td>',
    '<img src="https://example.com/a.png" alt="{x}" width="10" height="10">',
    "<p>It''s {x}’s</p>",
  ])('nothing of what mails are made of: %s', async (text) => {
    expect(await faultsOf(html(text))).toEqual([]);
  });

  it('a required variable that a language does not use, by what its readers get', async () => {
    const variables = { ...declared('a', 'b'), required: ['a', 'b'] };
    const en = { subject: '{a}', body: '{b}' };
    expect(await faultsOf({ variables, variants: { en, de: { subject: '{a}' } } })).toEqual([]);
    expect(await faultsOf({ variables, variants: { en, de: { subject: 'x', body: '{b}' } } })).toEqual([
      ['variants.de', 'unused_variable', null],
    ]);
  });

  it('what its types do not allow', async () => {
    const variables = { properties: { t: { type: 'string' }, l: { type: 'array' }, f: { type: 'boolean' } } };
    const codes = async (text: string) =>
      (await faultsOf({ variables, variants: { en: { body: text } } })).map(([, code]) => code);
    expect(await codes('{t, plural, one {1} other {#}}')).toEqual(['variable_type']);
    expect(await codes('{l}')).toEqual(['variable_type']);
    expect(await codes('{f}')).toEqual(['variable_type']);
    expect(await codes('{f, select, true {a} other {b}} {t} {t, date}')).toEqual([]);
  });

  it('an unknown language, and a default that has no variant', async () => {
    expect(await faultsOf({ default_locale: 'de', variants: { xx: { body: 'a' } } })).toEqual([
      ['default_locale', 'no_variant', null],
      ['variants.xx', 'unknown_locale', null],
    ]);
  });

  it.each([
    ['pattern', { properties: { a: { pattern: '(a+)+$' } } }, 'variables.properties.a.pattern'],
    ['patternProperties', { patternProperties: { '(a+)+$': {} } }, 'variables.patternProperties'],
    ['uniqueItems', { properties: { a: { uniqueItems: true } } }, 'variables.properties.a.uniqueItems'],
    [
      'a reference elsewhere',
      { properties: { a: { $ref: 'https://x.example/s' } } },
      'variables.properties.a.$ref',
    ],
    ['a reference to the root', { properties: { a: { $ref: '#' } } }, 'variables.properties.a.$ref'],
    ['a dynamic reference', { $dynamicRef: '#a' }, 'variables.$dynamicRef'],
    ['an identifier', { $id: 'https://x.example' }, 'variables.$id'],
    ['a wrong type', { properties: { a: { type: 'strin' } } }, 'variables.properties.a.type'],
    ['another root', { type: 'array' }, 'variables.type'],
    ['a cycle', { $defs: { a: { anyOf: [{ $ref: '#/$defs/a' }] } }, $ref: '#/$defs/a' }, 'variables.$defs.a'],
    [
      'a bomb',
      {
        $ref: '#/$defs/d0',
        $defs: Object.fromEntries(
          Array.from({ length: 20 }, (_, n) => [
            `d${n}`,
            { anyOf: n === 19 ? [{}] : [{ $ref: `#/$defs/d${n + 1}` }, { $ref: `#/$defs/d${n + 1}` }] },
          ]),
        ),
      },
      'variables',
    ],
  ])('schemas past their bounds: %s', async (_, variables, path) => {
    const faults = await faultsOf({ variables: variables as never, variants: { en: { body: 'a' } } });
    expect(faults.map(([at]) => at)).toContain(path);
  });

  it('broken partials, in the place where they are written', async () => {
    const en = (text: string) => ({ en: { body: text } });
    const of = (text: string, partials: Readonly<Record<string, string>>) =>
      faultsOf(
        body(text),
        Object.fromEntries(Object.entries(partials).map(([name, one]) => [name, en(one)])),
      );
    expect(await of('{> a}', { a: 'x {> b}', b: '{> a}' })).toEqual([
      [BODY, 'partial_cycle', 'line 1, column 1 of the partial "b"'],
    ]);
    expect(await of('{> a}', { a: 'ok\n {z}' })).toEqual([
      [BODY, 'undeclared_variable', 'line 2, column 2 of the partial "a"'],
    ]);
    expect(await of('{> a}{> b}', { a: '<{> content}>', b: '[{> content}]' })).toEqual([
      [BODY, 'partial_layouts', 'line 1, column 6'],
    ]);
    const bomb = Object.fromEntries(
      Array.from({ length: 7 }, (_, n) => [
        `p${n}`,
        n === 6 ? 'x'.repeat(1_000) : `{> p${n + 1}}`.repeat(10),
      ]),
    );
    expect(await of('{> p0}', bomb)).toEqual([[BODY, 'partial_size', expect.anything()]]);
    const deep = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`p${n}`, `{> p${n + 1}}`]));
    expect(await of('{> p0}', deep)).toEqual([[BODY, 'partial_depth', expect.anything()]]);
    expect(await of('{> a}', { a: '{x, select, other {' })).toEqual([
      [BODY, 'message_syntax', expect.anything()],
    ]);
  });
});
