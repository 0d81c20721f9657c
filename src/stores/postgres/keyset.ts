import { type AnyColumn, desc, type SQL, sql } from 'drizzle-orm';

/** The order of a list that is read by keyset: newest first; equal moments are ordered by the id. */
export const newestFirst = (at: AnyColumn, id: AnyColumn): [SQL, SQL] => [desc(at), desc(id)];

/** The rows after a position in that order, as one row comparison, which an index on both columns serves. */
export const olderThan = (
  at: AnyColumn,
  id: AnyColumn,
  position: { readonly at: Date; readonly id: string } | null,
): SQL | undefined =>
  position === null
    ? undefined
    : sql`(${at}, ${id}) < (${position.at.toISOString()}::${typeOf(at)}, ${position.id}::${typeOf(id)})`;

/** The rows after an id, if ids alone are the order: UUIDv7, newest first. */
export const idBelow = (id: AnyColumn, before: string | null): SQL | undefined =>
  before === null ? undefined : sql`${id} < ${before}::${typeOf(id)}`;

const typeOf = (column: AnyColumn): SQL => sql.raw(column.getSQLType());
