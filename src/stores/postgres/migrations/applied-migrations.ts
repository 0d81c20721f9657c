import postgres, { type Sql, type TransactionSql } from 'postgres';

/** A migration that the database has. */
export interface AppliedMigration {
  name: string;
  /** SHA-256 (hex) of the up file as it was when it was applied. */
  hash: string;
  appliedAt: Date;
  durationMs: number;
}

const UNDEFINED_TABLE = '42P01';

/**
 * A schema of its own: `drizzle-kit push`, which looks at `public` only, must not offer to drop the table. Not named
 * like any user: PostgreSQL looks into a schema of the user's name first, and tables would be created there.
 */
export async function createMigrationsTable(sql: Sql): Promise<void> {
  // PostgreSQL refuses "if not exists" to a role that may not create one, whether it is there or not.
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

/** What was applied, by number; nothing where no migration has ever run. */
export async function readApplied(sql: Sql | TransactionSql): Promise<AppliedMigration[]> {
  try {
    // Milliseconds, because Drizzle takes the parser of timestamps away from a client that it wraps.
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
