import { Column, is, type SQL, type SQLWrapper, sql } from 'drizzle-orm';

/**
 * Text in lower case by the rules of Unicode, whatever the locale of the database: in Turkish, `lower('I')` is no `i`, and
 * two accounts would have one address. Compared byte for byte. An index on it serves only conditions that use it, too.
 */
export const caseFolded = (text: SQLWrapper | string): SQL =>
  // A parameter has no type by itself, and a collation needs one.
  sql`lower(${is(text, Column) ? text : sql`${text}::text`} collate "und-x-icu") collate "C"`;
