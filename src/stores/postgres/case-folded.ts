import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';

/**
 * A column as `foldCase` folds a value, whatever the locale of the database: in Turkish, `lower('I')` is no `i`, and two
 * accounts would have one address. An index on it serves only conditions that use it, too.
 */
export const caseFolded = (column: SQLWrapper): SQL => sql`lower(${column} collate "C")`;
