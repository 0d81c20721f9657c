import postgres from 'postgres';

import { withConnection } from './migration-connection.js';
import { MigrationError } from './migration.errors.js';

/** Runs the statements of `text` in one transaction. If one is refused, throws `MigrationError` and keeps none. */
export function runStatements(url: string, text: string): Promise<void> {
  return withConnection(url, async (sql) => {
    try {
      await sql.begin((tx) => tx.unsafe(text));
    } catch (error) {
      if (!(error instanceof postgres.PostgresError)) throw error;
      const why = [error.message, error.detail, error.hint].filter(Boolean).join('\n');
      throw new MigrationError(
        'PostgreSQL refuses the statements; none of them was kept.',
        why,
        ['change the tables, or the data they stumble over'],
        { cause: error },
      );
    }
  });
}

/** The columns of each primary key in `public`, in the key's order, by the constraint's name. */
export function primaryKeys(url: string): Promise<ReadonlyMap<string, readonly string[]>> {
  return withConnection(url, async (sql) => {
    const rows = await sql<{ name: string; columns: string[] }[]>`
      select conname as name, json_agg(attname order by position) as columns
      from pg_constraint
      cross join lateral unnest(conkey) with ordinality as key (attnum, position)
      join pg_attribute on attrelid = conrelid and pg_attribute.attnum = key.attnum
      where contype = 'p' and connamespace = 'public'::regnamespace
      group by conrelid, conname`;
    return new Map(rows.map(({ name, columns }) => [name, columns]));
  });
}
