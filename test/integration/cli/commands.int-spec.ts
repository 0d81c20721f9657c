import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createEmptyDatabase, type EmptyDatabase, schemaOf } from '../migrations/empty-database.js';
import { TEST_KEY_RING } from '../../support/test-stores.js';
import { lastJson, runCli } from './run-cli.js';

const COMMANDS = [
  'db-generate',
  'db-migrate',
  'db-rollback',
  'db-push',
  'db-studio',
  'db-seed',
  'db-reset',
  'mongo-init',
  'openapi',
  'start-dev',
];

describe('every command', () => {
  it.each(COMMANDS)('%s explains itself, and refuses what it does not know', async (name) => {
    const runs = [['--help'], ['--bogus'], ['bogus']].map((args) => runCli(name, args, {}));
    const [help, unknown, argument] = await Promise.all(runs);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help?.stdout).toContain(
      `Usage: npm run ${name === 'start-dev' ? 'start:dev' : name.replace('-', ':')} --`,
    );
    expect(unknown).toMatchObject({ code: 2, stdout: '' });
    expect(unknown?.stderr).toContain("unknown option '--bogus'");
    expect(unknown?.stderr).toContain('--help');
    expect(argument?.code).toBe(2);
    expect(argument?.stderr).toContain('too many arguments');
  });
});

describe('commands on PostgreSQL', () => {
  let database: EmptyDatabase;
  let env: Record<string, string>;
  beforeAll(async () => {
    database = await createEmptyDatabase();
    env = { NODE_ENV: 'test', DATABASE_URL: database.url };
  });
  afterAll(() => database.drop());

  it('lists all faults of the configuration before it starts anything', async () => {
    const run = await runCli('db-migrate', [], {
      PORT: 'x',
      CACHE_TTL: 'y',
      DATABASE_URL: 'http://a:secret@b',
    });
    expect(run).toMatchObject({ code: 1, stdout: '' });
    for (const name of ['PORT', 'CACHE_TTL', 'DATABASE_URL']) expect(run.stderr).toContain(name);
    expect(run.stderr).not.toContain('secret');
    expect(run.stderr).not.toContain('    at ');
  });

  it('has the service refuse to start by the name of the variable that was set', async () => {
    const stores = { DATABASE_URL: 'postgres://127.0.0.1:1/x', MONGODB_URI: 'mongodb://127.0.0.1:1/x' };
    for (const env of [
      { ...stores, MONGODB_URI: '', MONGO_URL: 'mongodb://u:hunter2@m/x?nonsense=1' },
      { ...stores, MONGODB_URI: '', MONGO_URL: 'mongodb://u:hunter2@m:port/x' },
      { ...stores, DATABASE_URL: '', POSTGRES_URL: 'postgres://u:hunter2@db/x?nonsense=1' },
      { ...stores, REDIS_URL: 'redis://:hunter2@a?nonsense=1' },
    ]) {
      const name = Object.keys(env).at(-1) ?? '';
      const run = await runCli('../main', [], env);
      expect([run.code, run.stdout]).toEqual([1, '']);
      expect(run.stderr).toContain(`${name} `);
      expect(run.stderr).not.toMatch(/hunter2|\n\s+at /);
    }
  });

  it('says what to do when PostgreSQL is not there', async () => {
    const run = await runCli('db-migrate', [], { DATABASE_URL: 'postgres://u:secret@127.0.0.1:1/x' });
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('PostgreSQL cannot be reached.');
    expect(run.stderr).toContain('What to do');
    expect(run.stderr).not.toMatch(/secret| {4}at /);
  });

  it.each([
    ['db-rollback', ['--steps', '0'], 'whole number from 1'],
    ['db-rollback', ['--steps', 'two'], 'whole number from 1'],
    ['db-generate', ['--name', 'Add Plans'], 'add_plans'],
    ['db-migrate', ['--to'], 'argument missing'],
  ])('%s refuses %j as called wrongly', async (name, args, message) => {
    const run = await runCli(name, args, env);
    expect(run.code).toBe(2);
    expect(run.stderr).toContain(message);
  });

  it('pushes nothing to a database that was never migrated', async () => {
    const run = await runCli('db-push', ['--force'], env);
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toContain('npm run db:migrate');
    expect(await schemaOf(database.sql)).toEqual([]);
  });

  it('shows what it would apply, applies it, and then has nothing to do', async () => {
    const preview = await runCli('db-migrate', ['--dry-run', '--json'], env);
    const { pending } = lastJson(preview) as { pending: string[] };
    expect(pending).toContain('0000_identity_and_outbox');
    expect(await schemaOf(database.sql)).toEqual([]);
    expect((await runCli('db-migrate', ['--to', 'nowhere'], env)).code).toBe(1);
    const applied = await runCli('db-migrate', [], env);
    expect(applied.code).toBe(0);
    expect(applied.stderr).toMatch(/✓ 0000_identity_and_outbox \(\d+ ms\)/);
    expect(lastJson(await runCli('db-migrate', ['--json'], env))).toEqual({ applied: [] });
  });

  it('finds nothing to push after the migrations', async () => {
    const before = await schemaOf(database.sql);
    const run = await runCli('db-push', [], env);
    expect(run.stdout).toContain('No changes');
    expect(run.code).toBe(0);
    expect(await schemaOf(database.sql)).toEqual(before);
    expect(await database.sql`select * from triptych_migrations.applied`).not.toHaveLength(0);
  });

  it('does not push away data unasked', async () => {
    await database.sql`create table keepsake as select 1 as x`;
    const refused = await runCli('db-push', [], env);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('--force');
    expect(refused.stdout).toContain('DROP TABLE "keepsake"');
    expect(await database.sql`select * from keepsake`).toHaveLength(1);
    expect((await runCli('db-push', ['--force'], env)).code).toBe(0);
    expect(await database.sql`select to_regclass('keepsake') as there`).toEqual([{ there: null }]);
  });

  it.each([
    ['db-push', ['--yes', '--force']],
    ['db-rollback', []],
    ['db-reset', ['--yes']],
    ['db-seed', []],
    ['start-dev', []],
  ])('%s %j does nothing in production', async (name, args) => {
    const before = await schemaOf(database.sql);
    const production = {
      ...env,
      NODE_ENV: 'production',
      FIELD_ENCRYPTION_KEYS: TEST_KEY_RING,
      MONGODB_URI: 'mongodb://127.0.0.1:1/x',
      REDIS_URL: 'redis://127.0.0.1:1',
    };
    const run = await runCli(name, args, production);
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toContain('NODE_ENV is production');
    expect(await schemaOf(database.sql)).toEqual(before);
  });

  it('undoes in production when told yes', async () => {
    const run = await runCli('db-rollback', ['--steps', '99', '--yes', '--json'], {
      ...env,
      NODE_ENV: 'production',
      FIELD_ENCRYPTION_KEYS: TEST_KEY_RING,
    });
    expect(run.code).toBe(0);
    expect((lastJson(run) as { undone: unknown[] }).undone).not.toHaveLength(0);
    expect(await schemaOf(database.sql)).toEqual([]);
  });
});

describe('openapi', () => {
  it('prints the document without any store', async () => {
    const run = await runCli('openapi', [], { DATABASE_URL: 'postgres://127.0.0.1:1/x' });
    expect(run.code).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({ openapi: '3.1.0' });
  });

  it('says when the file cannot be written', async () => {
    // In a file, as if it were a folder.
    const run = await runCli('openapi', ['--out', path.join(process.execPath, 'openapi.json')], {});
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toContain('The file cannot be written.');
  });
});
