import type { Sql } from 'postgres';

import { PostgresNotUsable } from './migration.errors.js';

interface Rights {
  role: string;
  database: string;
  has_table: boolean;
  has_schema: boolean;
  may_create_schema: boolean;
  may_create_in_schema: boolean;
  has_public: boolean;
  may_create_in_public: boolean;
  has_trigrams: boolean;
  may_add_trigrams: boolean;
}

/**
 * The rights that a role lacks to apply migrations, each with the statement that an owner has to run. Usually empty.
 */
export function missingRights(rights: Rights): string[] {
  const { role, database } = rights;
  const missing: string[] = [];
  if (!rights.has_table && !rights.has_schema && !rights.may_create_schema)
    missing.push(
      `the schema triptych_migrations: create schema triptych_migrations authorization ${role}; or grant create on database ${database} to ${role};`,
    );
  if (!rights.has_table && rights.has_schema && !rights.may_create_in_schema)
    missing.push(
      `tables in triptych_migrations: grant usage, create on schema triptych_migrations to ${role};`,
    );
  if (!rights.has_public) missing.push(`the schema public: create schema public authorization ${role};`);
  else if (!rights.may_create_in_public)
    missing.push(`tables in public: grant create on schema public to ${role};`);
  if (!rights.has_trigrams && !rights.may_add_trigrams)
    missing.push('the extension pg_trgm: create extension pg_trgm; (on Debian it is in postgresql-contrib)');
  return missing;
}

/** Throws one `PostgresNotUsable` that names all missing rights, before anything is changed. */
export async function assertMayMigrate(sql: Sql): Promise<void> {
  const [rights] = await sql<Rights[]>`
    select quote_ident(current_user) as role, quote_ident(current_database()) as database,
      to_regclass('triptych_migrations.applied') is not null as has_table,
      own.oid is not null as has_schema,
      has_database_privilege(current_database(), 'CREATE') as may_create_schema,
      coalesce(has_schema_privilege(own.oid, 'CREATE'), false) as may_create_in_schema,
      common.oid is not null as has_public,
      coalesce(has_schema_privilege(common.oid, 'CREATE'), false) as may_create_in_public,
      exists (select 1 from pg_extension where extname = 'pg_trgm') as has_trigrams,
      exists (
        select 1 from pg_available_extension_versions e join pg_roles r on r.rolname = current_user
        where e.name = 'pg_trgm'
          and (r.rolsuper or e.trusted and has_database_privilege(current_database(), 'CREATE'))) as may_add_trigrams
    from (select 1) as one
    left join pg_namespace own on own.nspname = 'triptych_migrations'
    left join pg_namespace common on common.nspname = 'public'`;
  if (!rights) throw new Error('A query without a condition returned no row');
  const missing = missingRights(rights);
  if (missing.length === 0) return;
  throw new PostgresNotUsable(
    'The database user may not apply the migrations.',
    missing.map((line) => `missing: ${line}`).join('\n'),
    ['run these statements as the owner of the database', 'or name that user in DATABASE_URL'],
    {},
  );
}
