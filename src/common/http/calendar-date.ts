import { z } from 'zod';

/**
 * A calendar date from a client: `2026-11-21`, in the years 1 to 9998, so that the next day also has a year of four
 * digits.
 */
export const givenDate = z.iso
  .date({ error: 'must be a date such as 2026-11-21' })
  .refine((date) => date >= '0001-01-02' && date < '9999-01-01', 'must be in the years 1 to 9998');
