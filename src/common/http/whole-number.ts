import { z } from 'zod';

/** Accepts digits only. JavaScript also treats `0x10`, `1e1` and ` 5 ` as numbers. Other text stays text. */
const numberOfDigits = (value: unknown): unknown =>
  typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : value;

/** The limits have messages of their own. */
const error = ({ code }: { code: string }): string | undefined =>
  code === 'invalid_type' ? 'must be a whole number' : undefined;

const within = (min: number, max: number) => z.int({ error }).min(min).max(max);

/** A whole number in a path or a query. */
export const wholeNumber = (min: number, max: number) => z.preprocess(numberOfDigits, within(min, max));

/** The same for an optional number. Its default is inside, where the OpenAPI document finds it. */
export const wholeNumberOr = (absent: number, min: number, max: number) =>
  z.preprocess(numberOfDigits, within(min, max).default(absent));
