import { type AnyColumn, type SQL, sql } from 'drizzle-orm';
import { timestamp } from 'drizzle-orm/pg-core';

/** A moment in milliseconds, as JavaScript and MongoDB have it: a finer one would not survive a cursor. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** The next value of an `updated_at`: now, and always later than the last one, also within one millisecond. */
export const rising = (column: AnyColumn): SQL => sql`greatest(now(), ${column} + interval '1 millisecond')`;

/** The same by the clock, not by the beginning of the transaction: for what has waited for a lock in it. */
export const risingByClock = (column: AnyColumn): SQL =>
  sql`greatest(clock_timestamp(), ${column} + interval '1 millisecond')`;
