import { describe, expect, it } from 'vitest';
import fc from 'fast-check';

import { parseHundredths } from '../../../src/common/money/amount.js';

describe('an amount as it is given', () => {
  it.each<[number | string, bigint]>([
    [99.99, 9999n],
    ['99.99', 9999n],
    [0, 0n],
    [-0, 0n],
    ['-0.00', 0n],
    ['+5', 500n],
    ['007.50', 750n],
    [1e2, 10_000n],
    ['1e2', 10_000n],
    ['1.5e1', 1500n],
    ['150e-1', 1500n],
    ['1.2345e2', 12_345n],
    [0.1, 10n],
    [-0.01, -1n],
    [99_999_999.99, 9_999_999_999n],
    ['-99999999.99', -9_999_999_999n],
    ['0e99', 0n],
  ])('takes %p exactly', (value, hundredths) => {
    expect(parseHundredths(value)).toBe(hundredths);
  });

  it.each<[number | string, string]>([
    ['', 'not_decimal'],
    [' 1', 'not_decimal'],
    ['1,5', 'not_decimal'],
    ['.5', 'not_decimal'],
    ['5.', 'not_decimal'],
    ['0x10', 'not_decimal'],
    ['NaN', 'not_decimal'],
    ['Infinity', 'not_decimal'],
    [Number.NaN, 'not_decimal'],
    [Number.POSITIVE_INFINITY, 'not_decimal'],
    ['1e1000', 'not_decimal'],
    [`1${'0'.repeat(64)}`, 'not_decimal'],
    [0.1 + 0.2, 'too_many_decimals'],
    [1.005, 'too_many_decimals'],
    ['1.000', 'too_many_decimals'],
    [1e-7, 'too_many_decimals'],
    ['1e-3', 'too_many_decimals'],
    ['1.5e-2', 'too_many_decimals'],
    [100_000_000, 'too_large'],
    ['100000000.00', 'too_large'],
    [1e21, 'too_large'],
    ['1e999', 'too_large'],
    [Number.MAX_SAFE_INTEGER, 'too_large'],
  ])('refuses %p: %s', (value, fault) => {
    expect(parseHundredths(value)).toBe(fault);
  });

  const hundredths = fc.bigInt({ min: -9_999_999_999n, max: 9_999_999_999n });
  const asText = (value: bigint): string => {
    const digits = (value < 0n ? -value : value).toString().padStart(3, '0');
    return `${value < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
  };

  it('comes back the same, as a text and as a JSON number, for any amount', () => {
    fc.assert(
      fc.property(hundredths, (value) => {
        const text = asText(value);
        const number = JSON.parse(`{"amount":${text}}`) as { amount: number };
        expect([parseHundredths(text), parseHundredths(number.amount)]).toEqual([value, value]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('never throws, whatever the text is', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), (text) => {
        expect(['bigint', 'string']).toContain(typeof parseHundredths(text));
      }),
      { numRuns: 2_000 },
    );
  });
});
