import { z } from 'zod';

import { AMOUNT_FAULTS, parseHundredths } from './amount.js';
import { faultOfCurrency } from './currencies.js';

/** An exact amount as clients give it: a number, or a text where a number might lose digits. Parsed to hundredths. */
export const givenAmount = z
  .union([z.number(), z.string().max(64)], 'must be a number or a text')
  .transform((value, context): bigint => {
    const hundredths = parseHundredths(value);
    if (typeof hundredths === 'bigint') return hundredths;
    context.addIssue({ code: 'custom', message: AMOUNT_FAULTS[hundredths] });
    return z.NEVER;
  });

/** A currency of ISO 4217 with at most two decimals. */
export const givenCurrency = z
  .string()
  .length(3)
  .superRefine((code, context) => {
    const fault = faultOfCurrency(code);
    if (fault !== null) context.addIssue({ code: 'custom', message: fault });
  });
