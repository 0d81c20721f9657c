import { type AnyColumn, type SQL, sql } from 'drizzle-orm';
import { timestamp } from 'drizzle-orm/pg-core';

/** A moment in milliseconds, like those of JavaScript and MongoDB. A more precise one would not survive a cursor. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** The next value of an `updated_at`: now, and always later than the last one, even within one millisecond. */
export const rising = (column: AnyColumn): SQL => sql`greatest(now(), ${column} + interval '1 millisecond')`;

/** The same by the clock instead of the beginning of the transaction, for a transaction that has waited for a lock. */
export const risingByClock = (column: AnyColumn): SQL =>
  sql`greatest(clock_timestamp(), ${column} + interval '1 millisecond')`;
