import { z } from 'zod';

/** What was parsed already stays as it is: `db:verify` asks a route again with the query that its cache key holds. */
const textOf = (value: unknown): unknown => (typeof value === 'boolean' ? String(value) : value);

/** `true` or `false` in a query. */
export const queryBoolean = z.preprocess(
  textOf,
  z.enum(['true', 'false']).transform((value) => value === 'true'),
);
