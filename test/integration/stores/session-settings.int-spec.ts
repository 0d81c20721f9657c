import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import postgres from 'postgres';

import { parseConfig } from '../../../src/config/parse-config.js';
import { openClient } from '../../../src/stores/postgres/client.js';
import { withConnection } from '../../../src/stores/postgres/migrations/migration-connection.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { users } from '../../../src/modules/users/users.table.js';
import { createTestApp, type TestApp } from '../../support/test-app.js';
import { newAccount } from '../../factories/account.js';

const FOREIGN = {
  datestyle: 'SQL, DMY',
  intervalstyle: 'sql_standard',
  timezone: 'Asia/Kathmandu',
  bytea_output: 'escape',
  search_path: 'nowhere',
  default_transaction_isolation: 'serializable',
};
const OURS = {
  datestyle: 'ISO, YMD',
  intervalstyle: 'postgres',
  timezone: 'UTC',
  bytea_output: 'hex',
  search_path: 'public',
  default_transaction_isolation: 'read committed',
};

describe('a database with settings of its own', () => {
  let t: TestApp;
  let url = '';
  beforeAll(async () => {
    t = await createTestApp();
    url = t.stores.config.postgres.url;
    const admin = postgres(url, { max: 1 });
    const database = new URL(url).pathname.slice(1);
    for (const [name, value] of Object.entries(FOREIGN))
      await admin.unsafe(
        `alter database ${database} set ${name} = ${name === 'search_path' ? value : `'${value}'`}`,
      );
    // Existing connections keep the former settings.
    await admin`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`;
    await admin.end();
  });
  afterAll(() => t.close());

  const settingsOf = async (sql: postgres.Sql): Promise<Record<string, string>> => {
    const rows = await sql<{ name: string; setting: string }[]>`
      select lower(name) as name, current_setting(name) as setting from pg_catalog.pg_settings
      where lower(name) = any(${`{${Object.keys(OURS).join(',')}}`}::text[])`;
    return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
  };

  it('has the settings that the service relies on, for the service and for migrations', async () => {
    const client = openClient({ url, max: 1, prepare: true, applicationName: 'session-settings' });
    expect(await settingsOf(client.sql)).toEqual(OURS);
    await client.close(1);
    expect(await withConnection(url, settingsOf)).toEqual(OURS);
  });

  it('keeps what the URL names', async () => {
    const named = `${url}?search_path=elsewhere`;
    const client = openClient({ url: named, max: 1, prepare: true, applicationName: 'session-settings' });
    expect(await settingsOf(client.sql)).toEqual({ ...OURS, search_path: 'elsewhere' });
    await client.close(1);
    expect(await withConnection(named, settingsOf)).toEqual({ ...OURS, search_path: 'elsewhere' });
  });

  it('asks a pooler for no more than it takes', async () => {
    const client = openClient({ url, max: 1, prepare: false, applicationName: 'session-settings' });
    expect(await settingsOf(client.sql)).toMatchObject({ datestyle: 'ISO, YMD', timezone: 'UTC' });
    expect(await settingsOf(client.sql)).toMatchObject({ bytea_output: 'escape' });
    await client.close(1);
  });

  it('answers with the moments that were meant', async () => {
    const fresh = new Postgres(parseConfig(t.stores.env));
    await fresh.onModuleInit();
    const created = await t.request('POST', '/api/v1/users', { body: newAccount() });
    expect(created.status).toBe(201);
    const { id, created_at: createdAt } = created.body as { id: string; created_at: string };
    expect(Math.abs(Date.parse(createdAt) - Date.now())).toBeLessThan(60_000);
    const rows = await fresh.run((db) => db.select({ id: users.id, at: users.createdAt }).from(users));
    expect(rows.find((row) => row.id === id)?.at.toISOString()).toBe(createdAt);
    await fresh.onApplicationShutdown();
  });
});
