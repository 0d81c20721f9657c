import { describe, expect, it } from 'vitest';

import { canonicalJson } from '../../../src/modules/audit/checkpoints/canonical-json.js';

describe('canonicalJson', () => {
  it('gives the text of RFC 8785, section 3.2.2', () => {
    const value: unknown = JSON.parse(
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
    );
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('sorts members by UTF-16 code units, as in section 3.2.3', () => {
    const names = ['€', '\r', '\ufb33', '1', '\u{1f600}', '\u0080', 'ö'];
    const value = Object.fromEntries(names.map((name) => [name, 0]));
    expect(Object.keys(JSON.parse(canonicalJson(value)) as object).toSorted()).toEqual(names.toSorted());
    expect([...canonicalJson(value).matchAll(/"((?:[^"\\]|\\.)*)":/g)].map(([, name]) => name)).toEqual([
      '\\r',
      '1',
      '\u0080',
      'ö',
      '€',
      '\u{1f600}',
      '\ufb33',
    ]);
  });

  it('is the same for the same members in another order, at every level', () => {
    expect(canonicalJson({ b: [{ d: 1, c: 2 }], a: null })).toBe(
      canonicalJson({ a: null, b: [{ c: 2, d: 1 }] }),
    );
  });

  it('takes minus zero for zero', () => expect(canonicalJson([-0])).toBe('[0]'));

  it.each([
    [1, '1'],
    [null, 'null'],
    [null, undefined],
    [[], {}],
    [
      [1, 2],
      [2, 1],
    ],
    [
      [[1], 2],
      [1, [2]],
    ],
    ['1970-01-01T00:00:00.000Z', new Date(0)],
    [new Date(0), new Date(1)],
    ['!Date', Symbol('Date')],
    [1, 1n],
    [0, Number.NaN],
    [{ a: undefined }, {}],
    [{ a: 1, b: 2 }, { a: { b: 2 } }],
    [JSON.parse('{"__proto__":1}'), {}],
  ])('tells %p from %p', (a: unknown, b: unknown) => {
    expect(canonicalJson(a)).not.toBe(canonicalJson(b));
  });
});
