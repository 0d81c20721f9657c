import { describe, expect, it } from 'vitest';
import Big from 'big.js';
import fc from 'fast-check';

import {
  faultOfCurrency,
  isSupportedCurrency,
  minorDigitsOf,
  SUPPORTED_CURRENCIES,
} from '../../../src/common/money/currencies.js';
import { divideHalfEven, Money } from '../../../src/common/money/money.js';

describe('currencies', () => {
  it.each<[string, number | null]>([
    ['EUR', 2],
    ['JPY', 0],
    ['KWD', 3],
    ['CLF', 4],
    ['XAU', null],
    ['XXX', null],
    ['eur', null],
    ['', null],
  ])('%s has %p digits', (code, digits) => {
    expect(minorDigitsOf(code)).toBe(digits);
  });

  it('with more than two decimals are refused by name', () => {
    expect(faultOfCurrency('BHD')).toContain('BHD has 3 decimals');
    expect(faultOfCurrency('ABC')).toContain('ISO 4217');
    expect(faultOfCurrency('CHF')).toBeNull();
    expect(SUPPORTED_CURRENCIES.every(isSupportedCurrency)).toBe(true);
  });

  it('are each listed once, all known to the runtime but the newest and those of funds', () => {
    expect(new Set(SUPPORTED_CURRENCIES).size).toBe(SUPPORTED_CURRENCIES.length);
    const known = new Set(Intl.supportedValuesOf('currency'));
    const ofFunds = ['BOV', 'CHE', 'CHW', 'COU', 'MXV', 'USN', 'UYI'];
    const newest = ['SLE', 'VED', 'XCG', 'ZWG'];
    const unknown = SUPPORTED_CURRENCIES.filter((code) => !known.has(code));
    expect(unknown.filter((code) => ![...ofFunds, ...newest].includes(code))).toEqual([]);
  });
});

describe('money', () => {
  it.each<[bigint, string, string]>([
    [9999n, 'EUR', '99.99'],
    [-1n, 'EUR', '-0.01'],
    [0n, 'EUR', '0.00'],
    [100_000n, 'JPY', '100000'],
    [-5n, 'JPY', '-5'],
  ])('%p minor units of %s are %s', (minor, currency, text) => {
    expect(Money.ofMinor(minor, currency).toString()).toBe(text);
    expect(Money.ofDecimal(text, currency).minor).toBe(minor);
  });

  it('has no fraction that its currency does not have', () => {
    expect(Money.ofHundredths(1050n, 'JPY')).toBeNull();
    expect(Money.ofHundredths(1000n, 'JPY')?.minor).toBe(10n);
    expect(Money.ofDecimal('1000.00', 'JPY').toString()).toBe('1000');
    expect(() => Money.ofDecimal('1.005', 'EUR')).toThrow(RangeError);
    expect(() => Money.ofMinor(1n, 'KWD')).toThrow(RangeError);
    expect(() => Money.ofMinor(1n, 'EUR').plus(Money.ofMinor(1n, 'USD'))).toThrow(RangeError);
  });

  it.each<[bigint, bigint, bigint]>([
    [1n, 2n, 0n],
    [3n, 2n, 2n],
    [5n, 2n, 2n],
    [-1n, 2n, 0n],
    [-3n, 2n, -2n],
    [-5n, 2n, -2n],
    [2n, 3n, 1n],
    [-2n, 3n, -1n],
    [1n, 3n, 0n],
    [0n, 7n, 0n],
  ])('%p / %p is rounded half to even: %p', (dividend, divisor, quotient) => {
    expect(divideHalfEven(dividend, divisor)).toBe(quotient);
  });

  it('rounds as an independent decimal library does', () => {
    const amounts = fc.bigInt({ min: -9_999_999_999n, max: 9_999_999_999n });
    const seconds = fc.bigInt({ min: 1n, max: 31_622_400n });
    fc.assert(
      fc.property(amounts, seconds, seconds, (minor, a, b) => {
        const [part, whole] = a < b ? [a, b] : [b, a];
        // One division, of whole numbers, so that the library rounds once.
        const exact = new Big((minor * part).toString());
        const strict = Big();
        strict.DP = 0;
        strict.RM = 2;
        const expected = new strict(exact).div(whole.toString()).toFixed(0);
        expect(BigInt(expected)).toBe(Money.ofMinor(minor, 'EUR').share(part, whole).minor);
      }),
      { numRuns: 2_000 },
    );
  });
});
