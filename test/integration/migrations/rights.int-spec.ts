import { randomBytes } from 'node:crypto';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import postgres from 'postgres';

import { migrateUp } from '../../../src/stores/postgres/migrations/migrator.js';
import { createEmptyDatabase, type EmptyDatabase } from './empty-database.js';

describe('a role that does not own the database', () => {
  const role = `migrating_${randomBytes(4).toString('hex')}`;
  let database: EmptyDatabase;
  let admin: postgres.Sql;
  let url = '';
  beforeEach(async () => {
    database = await createEmptyDatabase();
    admin = postgres(database.url, { max: 1, onnotice: () => undefined });
    await admin.unsafe(`create role ${role} login password 'right' nosuperuser`);
    const as = new URL(database.url);
    as.username = role;
    as.password = 'right';
    url = as.toString();
  });
  afterEach(async () => {
    await admin.unsafe(`drop owned by ${role}; drop role ${role}`);
    await admin.end();
    await database.drop();
  });

  it('is told all that is missing, before anything is changed', async () => {
    const error = await migrateUp(url).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ message: 'The database user may not apply the migrations.' });
    expect(String((error as { why: string }).why).split('\n')).toEqual([
      expect.stringContaining('create schema triptych_migrations authorization'),
      expect.stringContaining('grant create on schema public to'),
      expect.stringContaining('create extension pg_trgm'),
    ]);
    const schemas = await admin`select 1 from pg_namespace where nspname = 'triptych_migrations'`;
    expect(schemas).toHaveLength(0);
  });

  it('migrates where it was given just that, and whatever its search_path is', async () => {
    await admin.unsafe(`
      create schema triptych_migrations authorization ${role};
      grant create on schema public to ${role};
      create extension pg_trgm;
      create schema ${role} authorization ${role};
      alter role ${role} set search_path = ${role}`);
    const applied = await migrateUp(url);
    expect(applied.length).toBeGreaterThan(0);
    expect(await migrateUp(url)).toEqual([]);
    const strays = await admin`select 1 from pg_tables where schemaname = ${role}`;
    expect(strays).toHaveLength(0);
  });
});
