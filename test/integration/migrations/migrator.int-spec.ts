import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';

import {
  MigrationError,
  migrateUp,
  migrationState,
  pendingMigrations,
  rollback,
} from '../../../src/stores/postgres/migrations/index.js';
import { createEmptyDatabase, type EmptyDatabase, schemaOf } from './empty-database.js';
import { createMigrationFolder, type MigrationFolder } from './migration-folder.js';

const TWO = {
  '0000_a.sql': 'CREATE TABLE a (id int);--> statement-breakpoint\nINSERT INTO a VALUES (1);',
  '0000_a.down.sql': 'DROP TABLE a;',
  '0001_b.sql': 'CREATE TABLE b (id int);',
  '0001_b.down.sql': 'DROP TABLE b;',
};

async function refusal(work: Promise<unknown>): Promise<MigrationError> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof MigrationError) return error;
  throw new Error(`expected a MigrationError, got ${String(error)}`);
}

describe('the migrator', () => {
  let database: EmptyDatabase;
  let folder: MigrationFolder;
  beforeAll(async () => {
    database = await createEmptyDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    await database.clear();
    folder = await createMigrationFolder(TWO);
  });
  afterEach(() => folder.drop());

  const up = (options = {}) => migrateUp(database.url, { folder: folder.path, ...options });
  const names = (list: readonly { name: string }[]) => list.map(({ name }) => name);
  const tables = async () =>
    (await database.sql`select tablename from pg_tables where schemaname = 'public' order by 1`).map(
      (row) => row['tablename'] as string,
    );

  it('applies what is pending, once, in order', async () => {
    const seen: string[] = [];
    const applied = await up({ onApplied: ({ name }: { name: string }) => seen.push(name) });
    expect(names(applied)).toEqual(['0000_a', '0001_b']);
    expect(seen).toEqual(['0000_a', '0001_b']);
    expect(await up()).toEqual([]);
    expect(await database.sql`select * from a`).toHaveLength(1);
  });

  it.each([['0000_a'], ['0000_a.sql'], ['0000']])('applies up to %s', async (to) => {
    expect(names(await up({ to }))).toEqual(['0000_a']);
    expect(await pendingMigrations(database.url, { folder: folder.path })).toEqual(['0001_b']);
    expect(await up({ to })).toEqual([]);
  });

  it('refuses an unknown target and names the known ones', async () => {
    const error = await refusal(up({ to: '0007_x' }));
    expect(error.message).toContain('0007_x');
    expect(error.why).toContain('0000_a, 0001_b');
    expect(await tables()).toEqual([]);
  });

  it('gives the same schema up, down and up again, for our own migrations', async () => {
    await migrateUp(database.url);
    const first = await schemaOf(database.sql);
    expect(first.length).toBeGreaterThan(50);
    const { applied } = await migrationState(database.url);
    await rollback(database.url, applied.length);
    expect(await schemaOf(database.sql)).toEqual([]);
    expect((await migrationState(database.url)).applied).toEqual([]);
    await migrateUp(database.url);
    expect(await schemaOf(database.sql)).toEqual(first);
  });

  it('migrates once when eight processes start at once', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => up()));
    expect(all.flatMap(names).sort()).toEqual(['0000_a', '0001_b']);
    expect(await database.sql`select * from a`).toHaveLength(1);
  });

  it('waits for another process, and not for ever', async () => {
    const other = postgres(database.url, { max: 1, connection: { application_name: 'the-other-one' } });
    try {
      await other`select pg_advisory_lock(${0x74727074}, 1)`;
      const holders: string[] = [];
      const error = await refusal(up({ lockWaitMs: 200, onWait: (holder: string) => holders.push(holder) }));
      expect(error.message).toBe('Another process is migrating this database.');
      expect(error.why).toContain('the-other-one');
      expect(holders).toHaveLength(1);
    } finally {
      await other.end();
    }
    expect(names(await up())).toEqual(['0000_a', '0001_b']);
  });

  it('makes an index beside writers, where a file is no transaction, and goes on after a failure', async () => {
    const second = 'CREATE INDEX CONCURRENTLY IF NOT EXISTS b_idx ON b (id)';
    const file = (last: string) =>
      `-- without a transaction\nCREATE INDEX CONCURRENTLY IF NOT EXISTS a_idx ON a (id);--> statement-breakpoint\n${last};`;
    await folder.write({
      '0002_c.sql': file('CREATE INDEX CONCURRENTLY ON nowhere (id)'),
      '0002_c.down.sql':
        'DROP INDEX CONCURRENTLY IF EXISTS b_idx;--> statement-breakpoint\nDROP INDEX CONCURRENTLY IF EXISTS a_idx;',
    });
    const indexes = async () =>
      (await database.sql`select indexname from pg_indexes where schemaname = 'public' order by 1`).map(
        (row) => row['indexname'] as string,
      );
    await refusal(up());
    expect(await pendingMigrations(database.url, { folder: folder.path })).toEqual(['0002_c']);
    expect(await indexes()).toEqual(['a_idx']);
    await folder.write({ '0002_c.sql': file(second) });
    expect(names(await up())).toEqual(['0002_c']);
    expect(await indexes()).toEqual(['a_idx', 'b_idx']);
    expect(names(await rollback(database.url, 1, { folder: folder.path }))).toEqual(['0002_c']);
    expect(await indexes()).toEqual([]);
  });

  it('keeps nothing of a migration that fails, keeps those before it, and names the statement', async () => {
    await folder.write({
      '0002_c.sql':
        'CREATE TABLE c (id int);--> statement-breakpoint\nALTER TABLE b\n  ADD COLUMN x nonsense;',
    });
    const error = await refusal(up());
    expect(error.message).toBe('Migration 0002_c could not be applied; nothing of it was kept.');
    expect(error.why).toContain('statement 2 of 2: ADD COLUMN x nonsense;');
    expect(error.why).toContain('type "nonsense" does not exist (SQLSTATE 42704)');
    expect(await tables()).toEqual(['a', 'b']);
    expect(await pendingMigrations(database.url, { folder: folder.path })).toEqual(['0002_c']);
  });

  it.each([
    [
      'edited',
      { '0000_a.sql': 'CREATE TABLE a (id bigint);' },
      [],
      '0000_a.sql was edited after it was applied',
    ],
    [
      'missing',
      {},
      ['0001_b.sql', '0001_b.down.sql'],
      '0001_b was applied, but drizzle/0001_b.sql is not there',
    ],
    [
      'renamed',
      { '0001_z.sql': 'CREATE TABLE z (id int);' },
      ['0001_b.sql', '0001_b.down.sql'],
      '0001_z is new, but 0001_b was applied before it',
    ],
  ])('refuses to go on over a file that is %s', async (_, written, removed, why) => {
    await up();
    await folder.remove(...removed);
    await folder.write({ ...written, '0002_c.sql': 'CREATE TABLE c (id int);' } as Record<string, string>);
    const error = await refusal(up());
    expect(error.message).toBe('The migration files and the database disagree.');
    expect(error.why).toContain(why);
    expect(error.remedies.length).toBeGreaterThan(0);
    expect(await tables()).toEqual(['a', 'b']);
    expect((await migrationState(database.url, { folder: folder.path })).faults.length).toBeGreaterThan(0);
  });

  it('refuses one that comes before what was applied', async () => {
    await folder.remove('0000_a.sql', '0000_a.down.sql');
    await up();
    await folder.write(TWO);
    expect((await refusal(up())).why).toBe('0000_a is new, but 0001_b was applied before it');
  });

  it('does not take other line endings for an edit', async () => {
    await up();
    const crlf = Object.entries(TWO).map(([name, text]) => [name, text.replaceAll('\n', '\r\n')] as const);
    await folder.write(Object.fromEntries(crlf));
    expect(await up()).toEqual([]);
  });

  it('refuses a folder that is not in order, with all its faults', async () => {
    await folder.write({ '0001_bb.sql': 'select 1', 'notes.sql': '', '0005_x.down.sql': 'select 1' });
    const error = await refusal(up());
    expect(error.why).toContain('notes.sql is not named like a migration');
    expect(error.why).toContain('0005_x.down.sql has no up file beside it');
    expect(error.why).toContain('0001_b.sql and 0001_bb.sql have the same number');
  });

  it.each([['COMMIT;'], ['-- x\nBEGIN;'], ['rollback']])(
    'refuses %j, which would end its transaction',
    async (statement) => {
      await folder.write({ '0002_c.sql': `CREATE TABLE c (id int);--> statement-breakpoint\n${statement}` });
      expect((await refusal(up())).why).toContain('a migration is one transaction already');
      expect(await tables()).toEqual([]);
    },
  );

  describe('undoing', () => {
    const down = (steps: number) => rollback(database.url, steps, { folder: folder.path });

    it('takes the newest first, and no more than there are', async () => {
      await up();
      expect(names(await down(1))).toEqual(['0001_b']);
      expect(await tables()).toEqual(['a']);
      expect(await down(0)).toEqual([]);
      expect(names(await down(9))).toEqual(['0000_a']);
      expect(await tables()).toEqual([]);
    });

    it('touches nothing where one of the down files is missing', async () => {
      await up();
      await folder.remove('0000_a.down.sql');
      expect((await refusal(down(2))).why).toBe('drizzle/0000_a.down.sql is not there');
      expect(await tables()).toEqual(['a', 'b']);
    });

    it('keeps a migration whose down file refuses', async () => {
      await folder.write({ '0001_b.down.sql': "DO $$ BEGIN RAISE EXCEPTION 'irreversible'; END $$;" });
      await up();
      const error = await refusal(down(2));
      expect(error.message).toBe('Migration 0001_b could not be undone; nothing of it was kept.');
      expect(await tables()).toEqual(['a', 'b']);
      expect((await migrationState(database.url, { folder: folder.path })).applied).toHaveLength(2);
    });
  });

  it('tells its state to a client that Drizzle has wrapped', async () => {
    await up({ to: '0000' });
    drizzle(database.sql);
    const state = await migrationState(database.sql, { folder: folder.path });
    expect(Math.abs(Date.now() - (state.applied[0]?.appliedAt.getTime() ?? 0))).toBeLessThan(60_000);
    expect(names(state.pending)).toEqual(['0001_b']);
    expect(state.faults).toEqual([]);
  });

  it('says where it could not connect, without the password', async () => {
    const error = await refusal(migrateUp('postgres://me:secret@127.0.0.1:1/db'));
    expect(error.message).toBe('PostgreSQL cannot be reached.');
    expect(error.why).toContain('127.0.0.1:1/db');
    expect(JSON.stringify([error.message, error.why, error.remedies])).not.toContain('secret');
  });
});
