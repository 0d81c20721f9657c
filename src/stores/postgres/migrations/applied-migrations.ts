import postgres, { type Sql, type TransactionSql } from 'postgres';

/** A migration that was applied to the database. */
export interface AppliedMigration {
  name: string;
  /** SHA-256 (hex) of the up file when it was applied. */
  hash: string;
  appliedAt: Date;
  durationMs: number;
}

const UNDEFINED_TABLE = '42P01';

/**
 * The table has a schema of its own, so that `drizzle-kit push`, which examines only `public`, does not offer to drop
 * it. The schema is not named like any user, because PostgreSQL searches a schema with the user's name first, and
 * tables would be created there.
 */
export async function createMigrationsTable(sql: Sql): Promise<void> {
  // PostgreSQL refuses "if not exists" to a role that may not create a schema, even if the schema exists.
  const [known] = await sql<{ schema: boolean; table: boolean }[]>`
    select to_regnamespace('triptych_migrations') is not null as schema,
      to_regclass('triptych_migrations.applied') is not null as table`;
  if (known?.table) return;
  if (!known?.schema) await sql`create schema if not exists triptych_migrations`;
  await sql`
    create table if not exists triptych_migrations.applied (
      number integer primary key,
      name text not null unique,
      hash text not null,
      applied_at timestamptz(3) not null default now(),
      duration_ms integer not null
    )`;
}

/** The applied migrations, by number. Empty if no migration has ever run. */
export async function readApplied(sql: Sql | TransactionSql): Promise<AppliedMigration[]> {
  try {
    // Milliseconds, because Drizzle removes the parser of timestamps from a client that it wraps.
    const rows = await sql<{ name: string; hash: string; applied_ms: number; duration_ms: number }[]>`
      select name, hash, (extract(epoch from applied_at) * 1000)::float8 as applied_ms, duration_ms
      from triptych_migrations.applied order by number`;
    return rows.map((row) => ({
      name: row.name,
      hash: row.hash,
      appliedAt: new Date(row.applied_ms),
      durationMs: row.duration_ms,
    }));
  } catch (error) {
    if (error instanceof postgres.PostgresError && error.code === UNDEFINED_TABLE) return [];
    throw error;
  }
}
