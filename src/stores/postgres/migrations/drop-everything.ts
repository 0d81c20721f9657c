import postgres, { type Sql } from 'postgres';

import { withConnection } from './migration-connection.js';
import { withMigrationLock } from './migration-lock.js';
import { MigrationError } from './migration.errors.js';

const LOCK_NOT_AVAILABLE = '55P03';

/** Runs a statement that PostgreSQL has composed and quoted. */
async function dropSchemas(sql: Sql): Promise<void> {
  const schemas = await sql<{ name: string }[]>`
    select quote_ident(nspname) as name from pg_namespace
    where nspname <> 'information_schema' and nspname !~ '^pg_'`;
  await sql.begin(async (tx) => {
    for (const { name } of schemas) await tx.unsafe(`drop schema ${name} cascade`);
    await tx`create schema public`;
  });
}

/**
 * Leaves an empty database, without any table, type, extension or migration. All or nothing. Throws `MigrationError`
 * if an object in use cannot be dropped.
 */
export function dropEverything(url: string): Promise<void> {
  return withConnection(url, (sql) =>
    withMigrationLock(sql, {}, async () => {
      try {
        await dropSchemas(sql);
      } catch (error) {
        if (!(error instanceof postgres.PostgresError) || error.code !== LOCK_NOT_AVAILABLE) throw error;
        throw new MigrationError(
          'The database is in use.',
          error.message,
          ['stop what is running a long transaction on it'],
          { cause: error },
        );
      }
    }),
  );
}
