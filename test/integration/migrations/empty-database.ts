import { randomBytes } from 'node:crypto';

import postgres from 'postgres';

import { canonicalEnv } from '../../../src/config/aliases.js';

/** A PostgreSQL database with nothing in it, for one test file. */
export interface EmptyDatabase {
  url: string;
  sql: postgres.Sql;
  /** Empty again. */
  clear: () => Promise<void>;
  drop: () => Promise<void>;
}

export async function createEmptyDatabase(): Promise<EmptyDatabase> {
  const base = canonicalEnv(process.env)['DATABASE_URL'];
  if (base === undefined) throw new Error('Run the tests with `npm test`, which starts the stores.');
  const name = `triptych_test_${randomBytes(6).toString('hex')}`;
  const quiet = { max: 1, onnotice: () => undefined } as const;
  const admin = postgres(base, quiet);
  await admin.unsafe(`create database ${name}`);
  const url = new URL(base);
  url.pathname = `/${name}`;
  const sql = postgres(url.href, quiet);
  return {
    url: url.href,
    sql,
    clear: async () => {
      await sql.unsafe(
        'drop schema if exists triptych_migrations cascade; drop schema public cascade; create schema public',
      );
    },
    drop: async () => {
      await sql.end();
      await admin.unsafe(`drop database ${name} with (force)`);
      await admin.end();
    },
  };
}

/** All columns, constraints and indexes of `public`, in words. */
export async function schemaOf(sql: postgres.Sql): Promise<string[]> {
  const rows = await sql<{ line: string }[]>`
    select concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default, is_identity) as line
      from information_schema.columns where table_schema = 'public'
    union all select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
      from pg_constraint where connamespace = 'public'::regnamespace
    union all select indexdef from pg_indexes where schemaname = 'public'
    order by 1`;
  return rows.map(({ line }) => line);
}
