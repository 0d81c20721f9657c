import { once } from 'node:events';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import mongoose from 'mongoose';
import postgres from 'postgres';

import { createApp } from '../../../src/app.setup.js';
import { newId } from '../../../src/common/ids/ids.js';
import { eventually } from '../../support/eventually.js';
import { FaultRun } from '../../support/fault-run.js';
import {
  journalTables,
  mongoSource,
  postgresSource,
  SOURCE_PASSWORD,
  type SourceTables,
} from '../../support/journal-source.js';
import { createTestStores, type TestStores } from '../../support/test-stores.js';
import { type CliRun, lastJson, runCli, startCli } from './run-cli.js';

const run = new FaultRun('migrate-from');
const ENTRIES = run.size(300, 100_000);
const KILLS = run.size(2, 10);
const BATCH = String(run.size(50, 1_000));
const TIME_LIMIT_MS = run.size(180_000, 3_600_000);

interface TableReport {
  table: string;
  source: number;
  moved: number;
  equal: number;
  changed: number;
  refused: number;
  missing: number;
  different: number;
  source_checksum: string;
  target_checksum: string;
}

interface Report {
  ok: boolean;
  tables: TableReport[];
  faults: { table: string; id: string; what: string; reason: string }[];
}

/** Rows that have to be refused, after those that are right. */
const REFUSED = {
  users: [
    { id: 1_000_001, email: 'no address', username: 'old-broken', password_hash: null, time_zone: null },
    {
      id: 1_000_002,
      email: 'PERSON1@old.example',
      username: 'old-double',
      password_hash: null,
      time_zone: null,
    },
  ],
  journal_entries: [
    { id: 1_000_001, user_id: 1_000_001, title: 'Of nobody', content: 'x', tag_ids: [] },
    { id: 1_000_002, user_id: 1, title: '', content: ' ', tag_ids: [] },
    { id: 1_000_003, user_id: 1, title: 'Tag of another', content: 'x', tag_ids: [2] },
  ],
  mood_entries: [{ id: 1_000_001, user_id: 1, category_id: 1, intensity: 11 }],
  focus_sessions: [{ id: 1_000_001, user_id: 1, state: 'running', elapsed_seconds: 1 }],
};

function withRefused(tables: SourceTables): SourceTables {
  const at = new Date('2024-05-01T10:00:00Z');
  const more: Record<string, object> = {
    users: { created_at: at },
    journal_entries: { entry_date: '2024-05-01', created_at: at },
    mood_entries: { recorded_at: at },
    focus_sessions: { session_type: 'x', planned_duration_seconds: 60, started_at: at, ended_at: null },
  };
  const added = Object.entries(REFUSED).map(([table, rows]) => [
    table,
    [...(tables[table] ?? []), ...rows.map((row) => ({ ...more[table], ...row }))],
  ]);
  return { ...tables, ...Object.fromEntries(added) } as SourceTables;
}

describe(`migrate:from, ${ENTRIES} entries`, () => {
  let stores: TestStores;
  let sql: postgres.Sql;
  let mongo: mongoose.Connection;
  let tables: SourceTables;
  let source: Awaited<ReturnType<typeof postgresSource>>;
  let args: string[];

  beforeAll(async () => {
    stores = await createTestStores();
    sql = postgres(stores.config.postgres.url, { max: 1, onnotice: () => undefined });
    mongo = await mongoose.createConnection(stores.config.mongo.uri).asPromise();
    for (const slug of ['first', 'second'])
      await sql`insert into organizations (id, slug, name) values (${newId()}, ${slug}, ${slug})`;
    tables = await journalTables(ENTRIES);
    const name = `${new URL(stores.config.postgres.url).pathname.slice(1)}_source`;
    source = await postgresSource(stores.config.postgres.url, name, withRefused(tables));
    args = ['--postgres', source.url, '--organization', 'first', '--batch', BATCH, '--json'];
  }, TIME_LIMIT_MS);
  afterAll(async () => {
    await source.drop();
    await sql.end();
    await mongo.close();
    await stores.drop();
  });

  const reportOf = (result: CliRun): Report => lastJson(result) as unknown as Report;
  const move = (...more: string[]) => runCli('migrate-from', [...args, ...more], stores.env);
  const count = async (table: string) =>
    Number((await sql`select count(*) as n from ${sql(table)}`)[0]?.['n']);
  const figuresHere = async () => ({
    users: await count('users'),
    tags: await count('tags'),
    mood_categories: await count('mood_categories'),
    mood_entries: await mongo.collection('mood_entries').countDocuments({}),
    journal_entries: await mongo.collection('journal_entries').countDocuments({}),
    focus_sessions: await mongo.collection('focus_sessions').countDocuments({}),
  });
  const figuresThere = () =>
    Object.fromEntries(Object.entries(tables).map(([table, rows]) => [table, rows.length]));
  const refusedRows = () =>
    Object.entries(REFUSED)
      .flatMap(([table, rows]) => rows.map(({ id }) => `${table}/${id}`))
      .toSorted();

  it('says in a dry run what it would move and what not, and writes nothing', async () => {
    const result = await move('--dry-run');
    const { tables: told, faults } = reportOf(result);
    expect(result.code).toBe(1);
    expect(Object.fromEntries(told.map(({ table, moved }) => [table, moved]))).toEqual(figuresThere());
    expect(faults.map(({ table, id }) => `${table}/${id}`).toSorted()).toEqual(refusedRows());
    expect(await count('moved_records')).toBe(0);
    expect(Object.values(await figuresHere())).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it(
    `moves everything once, killed ${KILLS} times, and names what it refuses`,
    async () => {
      const total = Object.values(figuresThere()).reduce((sum, rows) => sum + rows, 0);
      for (let kill = 0; kill < KILLS; kill += 1) {
        const child = startCli('migrate-from', args, stores.env);
        let ended: string | null = null;
        let output = '';
        for (const stream of [child.stdout, child.stderr])
          stream.on('data', (text: Buffer) => (output += text.toString()));
        child.on('exit', () => (ended = output));
        const from = Math.floor((total * (kill + run.random() * 0.9 + 0.1)) / (KILLS + 1));
        await eventually(
          () => count('moved_records'),
          (moved) => moved >= from || ended !== null,
          TIME_LIMIT_MS,
        );
        expect(ended).toBeNull();
        child.kill('SIGKILL');
        await once(child, 'close');
        expect(await count('moved_records')).toBeLessThan(total);
      }
      const result = await move();
      const { ok, tables: told, faults } = reportOf(result);
      expect({ code: result.code, ok }).toEqual({ code: 1, ok: false });
      expect(faults.map(({ table, id, what }) => `${what} ${table}/${id}`).toSorted()).toEqual(
        refusedRows().map((row) => `refused ${row}`),
      );
      for (const { missing, different, changed, source_checksum, target_checksum } of told)
        expect({ missing, different, changed, checksum: target_checksum }).toEqual({
          ...{ missing: 0, different: 0, changed: 0, checksum: source_checksum },
        });
      expect(Object.fromEntries(told.map(({ table, equal }) => [table, equal]))).toEqual(figuresThere());
      expect(await figuresHere()).toEqual(figuresThere());
      expect(await count('entry_reservations')).toBe(ENTRIES);
      const [counted] = await sql`select sum(total_entries)::int as n from entry_counts`;
      expect(counted?.['n']).toBe(ENTRIES);
      run.report(`${ENTRIES} entries, ${KILLS} kills; the last run moved ${moved(told)} rows`);
    },
    TIME_LIMIT_MS,
  );

  it(
    'leaves stores that agree, with one event and one activity entry for each record',
    async () => {
      const verified = await runCli('db-verify', ['--json'], stores.env);
      expect({ code: verified.code, json: lastJson(verified)['ok'] }).toEqual({ code: 0, json: true });
      const [events] = await sql`
        select count(*)::int as n from outbox_events where type = 'journal_entry.created'`;
      expect(events?.['n']).toBe(ENTRIES);
    },
    TIME_LIMIT_MS,
  );

  it('lets people in with their passwords, who find what they wrote', async () => {
    const app = await createApp(stores.config);
    try {
      const login = await app.inject({
        ...{ method: 'POST', url: '/api/v1/auth/login' },
        payload: { email: 'person1@old.example', password: SOURCE_PASSWORD },
      });
      expect(login.statusCode).toBe(200);
      const get = async (url: string) =>
        (
          await app.inject({
            ...{ method: 'GET', url: `/api/v1/${url}` },
            headers: { authorization: `Bearer ${String(login.json().access_token)}` },
          })
        ).json();
      const page = await get('journal/entries?q=number1');
      const first = tables['journal_entries']?.[0];
      expect(page.data.at(-1)).toMatchObject({
        ...{ title: first?.['title'], content: first?.['content'], entry_date: first?.['entry_date'] },
      });
      const own = tables['journal_entries']?.filter((row) => row['user_id'] === 1).length;
      expect((await get('profile')).total_entries).toBe(own);
      const started = await app.inject({
        ...{ method: 'POST', url: '/api/v1/focus-sessions' },
        headers: { authorization: `Bearer ${String(login.json().access_token)}` },
        payload: { session_type: 'pomodoro', planned_duration_seconds: 60 },
      });
      expect(started.statusCode).toBe(201);
    } finally {
      await app.close();
    }
  });

  it(
    'moves nothing a second time, and tells what is missing or was changed here',
    async () => {
      const [deleted, changed] = await mongo
        .collection('mood_entries')
        .find()
        .sort({ _id: 1 })
        .limit(2)
        .toArray();
      if (!deleted || !changed) throw new Error('There are no moods.');
      await mongo.collection('mood_entries').deleteOne({ _id: deleted._id });
      await mongo
        .collection('mood_entries')
        .updateOne({ _id: changed._id }, { $set: { intensity: 99, version: 2 } });
      const before = await figuresHere();
      const result = await move('--only', 'tags,mood_entries,journal_entries');
      const told = reportOf(result).tables;
      expect(told.map(({ moved }) => moved)).toEqual([0, 0, 0]);
      expect(told[1]).toMatchObject({ missing: 1, changed: 1, refused: 1 });
      expect(told[1]?.source_checksum).not.toBe(told[1]?.target_checksum);
      expect(await figuresHere()).toEqual(before);
    },
    TIME_LIMIT_MS,
  );

  it('moves a source in MongoDB, and ends well where nothing is refused', async () => {
    const small = await journalTables(40);
    for (const user of small['users'] ?? [])
      Object.assign(user, { email: `mongo${user.id}@old.example`, username: `mongo-${user.id}` });
    const other = await mongoSource(
      stores.config.mongo.uri,
      `${new URL(stores.config.mongo.uri).pathname.slice(1)}_source`,
      small,
    );
    try {
      const named = ['--mongodb', other.uri, '--organization', 'second', '--source-name', 'documents'];
      const result = await runCli('migrate-from', named, stores.env);
      expect({ code: result.code, stderr: result.stderr }).toMatchObject({ code: 0 });
      expect(result.stdout).toMatch(/journal_entries +40 +40 +40 +0 +0 +0 +0 +([0-9a-f]{12}) +\1\n/);
      expect(result.stdout).toContain('Everything is here, and equal.');
      expect(result.stderr).toContain('· journal_entries, compared');
    } finally {
      await other.drop();
    }
  });

  it('explains what it was called wrongly with', async () => {
    const calls = [
      [['first'], 'Name one source.'],
      [['nowhere', '--postgres', source.url], 'There is no organisation "nowhere".'],
      [['first', '--postgres', stores.config.postgres.url], 'The source is the database of this service.'],
    ] as const;
    const runs = calls.map(([given]) => runCli('migrate-from', ['--organization', ...given], stores.env));
    for (const [at, result] of (await Promise.all(runs)).entries()) {
      expect(result.code).toBe(1);
      expect(result.stderr).toContain(calls[at]?.[1]);
    }
  });
});

const moved = (told: readonly TableReport[]): number => told.reduce((sum, table) => sum + table.moved, 0);
