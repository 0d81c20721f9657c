import { z } from 'zod';

import { AMOUNT_FAULTS, parseHundredths } from './amount.js';
import { faultOfCurrency, isSupportedCurrency } from './currencies.js';
import { Money } from './money.js';

/** An exact amount as clients give it: a number, or a text where a number might lose digits. `moneyOf` reads it. */
export const givenAmount = z
  .union([z.number(), z.string().max(64)], 'must be a number or a text')
  .superRefine((value, context) => {
    const hundredths = parseHundredths(value);
    if (typeof hundredths === 'bigint') return;
    context.addIssue({ code: 'custom', message: AMOUNT_FAULTS[hundredths] });
  });
export type GivenAmount = z.infer<typeof givenAmount>;

/** A currency of ISO 4217 with at most two decimals. */
export const givenCurrency = z
  .string()
  .length(3)
  .superRefine((code, context) => {
    const fault = faultOfCurrency(code);
    if (fault !== null) context.addIssue({ code: 'custom', message: fault });
  });

/** An amount of a currency. Null where either is at fault by itself, or the currency has no such fraction. */
export function moneyOf(value: GivenAmount, currency: string): Money | null {
  const hundredths = parseHundredths(value);
  if (typeof hundredths !== 'bigint' || !isSupportedCurrency(currency)) return null;
  return Money.ofHundredths(hundredths, currency);
}

/** Why an amount does not fit its currency, in words. Null where it does, or where one of them is at fault by itself. */
export const faultOfAmount = (value: GivenAmount, currency: string): string | null =>
  typeof parseHundredths(value) === 'bigint' && isSupportedCurrency(currency) && !moneyOf(value, currency)
    ? `must have no decimals in ${currency}`
    : null;
