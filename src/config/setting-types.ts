import { z } from 'zod';

import { parseDurationMs } from '../common/time/duration.js';
import { ConnectionInvalid } from './connections/connection-text.js';

export const whole = (min: number, max: number, fallback: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .refine((n) => n >= min && n <= max, `must be between ${min} and ${max}`)
    .default(fallback);

/** A connection that `parse` understands. Its faults name no value. */
export const connection = (parse: (text: string) => unknown) =>
  z.string().superRefine((text, context) => {
    try {
      parse(text);
    } catch (error) {
      if (!(error instanceof ConnectionInvalid)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
    }
  });

export const duration = (fallback: number) =>
  z
    .string()
    .transform((text, context) => {
      const ms = parseDurationMs(text);
      if (ms === null || ms <= 0)
        context.addIssue({ code: 'custom', message: 'must be a duration such as 300s or 5m' });
      return ms ?? 0;
    })
    .default(fallback);

export const durationOrOff = (fallback: number) =>
  z
    .string()
    .transform((text, context) => {
      const ms = text === 'off' ? null : parseDurationMs(text);
      if (text !== 'off' && (ms === null || ms < 60_000))
        context.addIssue({
          code: 'custom',
          message: 'must be off or a duration of a minute or more, such as 1h',
        });
      return ms;
    })
    .default(fallback);
