import { z } from 'zod';

import { AMOUNT_FAULTS, parseHundredths } from './amount.js';
import { faultOfCurrency, isSupportedCurrency } from './currencies.js';
import { Money } from './money.js';

/** An exact amount from a client: a number, or a text if a number might lose digits. `moneyOf` parses it. */
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

/** An amount of a currency. Null if either is invalid by itself, or if the currency has no such fraction. */
export function moneyOf(value: GivenAmount, currency: string): Money | null {
  const hundredths = parseHundredths(value);
  if (typeof hundredths !== 'bigint' || !isSupportedCurrency(currency)) return null;
  return Money.ofHundredths(hundredths, currency);
}

/** Why an amount does not fit its currency, in words. Null if it does, or if one of the two is invalid by itself. */
export const faultOfAmount = (value: GivenAmount, currency: string): string | null =>
  typeof parseHundredths(value) === 'bigint' && isSupportedCurrency(currency) && !moneyOf(value, currency)
    ? `must have no decimals in ${currency}`
    : null;
