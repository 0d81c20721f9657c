import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';

/**
 * A column folded like a value by `foldCase`, whatever the locale of the database. In Turkish, `lower('I')` is not
 * `i`, and the same address could belong to two accounts. An index on this expression serves only conditions that use
 * it too.
 */
export const caseFolded = (column: SQLWrapper): SQL => sql`lower(${column} collate "C")`;
