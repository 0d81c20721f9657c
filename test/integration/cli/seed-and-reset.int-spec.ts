import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import mongoose from 'mongoose';
import postgres from 'postgres';
import { createClient } from 'redis';

import { verifyPassword } from '../../../src/common/crypto/password-hash.js';
import { sha256Hex } from '../../../src/common/crypto/tokens.js';
import { DECLARED } from '../../../src/declare.js';
import { createTestStores, type TestStores } from '../../support/test-stores.js';
import { lastJson, runCli } from './run-cli.js';

interface Seeded {
  login: { email: string; password: string };
  organization: { id: string; slug: string };
  api_key: string;
}

describe('db:seed and db:reset', () => {
  let stores: TestStores;
  let sql: postgres.Sql;
  let mongo: mongoose.Connection;
  let dataDir: string;
  let env: Record<string, string>;
  beforeAll(async () => {
    stores = await createTestStores();
    dataDir = await mkdtemp(path.join(os.tmpdir(), 'triptych-seed-'));
    env = { ...stores.env, DATA_DIR: dataDir };
    sql = postgres(stores.config.postgres.url, { max: 1, onnotice: () => undefined });
    mongo = await mongoose.createConnection(stores.config.mongo.uri).asPromise();
  });
  afterAll(async () => {
    await sql.end();
    await mongo.close();
    await stores.drop();
    await rm(dataDir, { recursive: true });
  });

  const seed = async (): Promise<Seeded> => {
    const run = await runCli('db-seed', ['--json'], env);
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' });
    return lastJson(run) as unknown as Seeded;
  };
  const count = async (table: string) =>
    Number((await sql`select count(*) as n from ${sql(table)}`)[0]?.['n']);
  const activity = () =>
    mongo
      .collection('activity_logs')
      .find({}, { sort: { _id: 1 } })
      .toArray();
  const demoFile = () => path.join(dataDir, 'demo.json');
  let first: Seeded;

  /** One entry for each event of the outbox that is delivered, in their order. Entries of documents have no event. */
  const expectAnEntryForEachEvent = async () => {
    const events = await sql`select id::text as id, type from outbox_events order by id`;
    // On a busy machine a delivery is left to the service, which does not run here.
    const waiting = await sql`select event_id::text as id from outbox_queue where not is_delivered`;
    const isDue = (id: unknown): boolean => !waiting.some((row) => row['id'] === String(id));
    const entries = (await activity()).filter((entry) => entry['source'] === 'outbox' && isDue(entry._id));
    expect(entries.map((entry) => [String(entry._id), String(entry['event_type'])])).toEqual(
      events.filter((event) => isDue(event['id'])).map((event) => [event['id'], event['type']]),
    );
    expect(entries.length).toBeGreaterThan(events.length / 2);
    expect(events.slice(0, 3).map((event) => String(event['type']))).toEqual([
      'organization.created',
      'user.created',
      'api_key.created',
    ]);
  };

  it('makes the organisation, the owner and a key, which are what it prints', async () => {
    first = await seed();
    expect(first).toMatchObject({
      login: { email: 'demo@triptych.local', password: 'triptych-demo' },
      organization: { slug: 'demo' },
    });
    const [user] = await sql`select * from users join memberships on user_id = users.id`;
    expect(user).toMatchObject({ username: 'demo', organization_id: first.organization.id });
    expect(
      await sql`select u.role as platform, m.role from users u join memberships m on m.user_id = u.id`,
    ).toEqual([{ platform: 'admin', role: 'owner' }]);
    expect(user?.['password_hash']).toMatch(/^\$argon2id\$/);
    expect(await verifyPassword(String(user?.['password_hash']), first.login.password)).toBe(true);
    const [key] =
      await sql`select name, environment, scopes, key_hash, revoked_at from api_keys where name = 'demo'`;
    expect(key).toEqual({
      name: 'demo',
      environment: 'test',
      scopes: ['*'],
      key_hash: sha256Hex(first.api_key),
      revoked_at: null,
    });
    expect((await stat(demoFile())).mode & 0o777).toBe(0o600);
  });

  it('has given each change exactly one activity entry, without a secret', async () => {
    await expectAnEntryForEachEvent();
    const entries = await activity();
    expect(JSON.stringify(entries)).not.toContain(first.api_key);
  });

  it('changes nothing the second time, nor when three run at once', async () => {
    const events = await count('outbox_events');
    expect(await seed()).toEqual(first);
    expect(await Promise.all([seed(), seed(), seed()])).toEqual([first, first, first]);
    expect(await count('outbox_events')).toBe(events);
    // The demo's own, and those of the feature.
    expect(await count('api_keys')).toBe(1 + 4);
  });

  it.each([
    ['is lost', () => rm(demoFile())],
    ['cannot be understood', () => writeFile(demoFile(), '{')],
  ])('revokes the key and makes another where its file %s', async (_, spoil) => {
    const before = JSON.parse(await readFile(demoFile(), 'utf8')) as { api_key: string };
    await spoil();
    const { api_key: made } = lastJson(await runCli('db-seed', ['--json'], env)) as unknown as Seeded;
    expect(made).not.toBe(before.api_key);
    const [old] = await sql`select revoked_at from api_keys where key_hash = ${sha256Hex(before.api_key)}`;
    expect(old?.['revoked_at']).not.toBeNull();
    expect(await sql`select key_hash from api_keys where name = 'demo' and revoked_at is null`).toEqual([
      { key_hash: sha256Hex(made) },
    ]);
    expect((await activity()).slice(-2).map((entry) => entry['event_type'])).toEqual([
      'api_key.revoked',
      'api_key.created',
    ]);
    expect((await seed()).api_key).toBe(made);
  });

  it('leaves a changed password alone, and says so', async () => {
    await sql`update users set password_hash = 'changed'`;
    const run = await runCli('db-seed', ['--json'], env);
    expect(run.code).toBe(0);
    expect(run.stderr).toContain('password of the demo account was changed');
    expect(await sql`select password_hash from users`).toEqual([{ password_hash: 'changed' }]);
  });

  it('seeds nothing when another account has the username', async () => {
    await sql`update users set email = 'other@example.com'`;
    const run = await runCli('db-seed', ['--json'], env);
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toContain('another account has the username "demo"');
  });

  it('resets the three stores and nothing of anybody else', async () => {
    const redis = createClient({ url: stores.config.redis.url ?? '' });
    await redis.connect();
    const prefix = stores.config.redis.keyPrefix;
    try {
      await redis.set(`${prefix}:{x}:e:1`, 'ours');
      await redis.set(`${prefix}x:1`, 'theirs');
      await sql`create table leftover (id int)`;
      await mongo.collection('leftover').insertOne({ x: 1 });
      const run = await runCli('db-reset', ['--json'], env);
      expect(run.code).toBe(0);
      expect((lastJson(run) as unknown as Seeded).organization.id).not.toBe(first.organization.id);
      expect(await sql`select to_regclass('leftover') as there`).toEqual([{ there: null }]);
      const collections = (await mongo.listCollections()).map(({ name }) => name).sort();
      const declared = DECLARED.collections.map(({ name }) => name);
      expect(collections).toEqual(expect.arrayContaining(['activity_logs', 'analytics_events']));
      expect(collections.filter((name) => !declared.includes(name))).toEqual([]);
      await expectAnEntryForEachEvent();
      expect(await redis.exists(`${prefix}:{x}:e:1`)).toBe(0);
      expect(await redis.get(`${prefix}x:1`)).toBe('theirs');
      expect(await seed()).toEqual(lastJson(run));
    } finally {
      await redis.del(`${prefix}x:1`);
      await redis.quit();
    }
  });

  it('destroys nothing when one of the stores does not answer', async () => {
    const before = await count('users');
    const run = await runCli('db-reset', ['--yes'], { ...env, REDIS_URL: 'redis://127.0.0.1:1' });
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('Redis cannot be reached.');
    const withoutMongo = await runCli('db-reset', ['--yes'], {
      ...env,
      MONGODB_URI: 'mongodb://127.0.0.1:1/x',
    });
    expect(withoutMongo.stderr).toContain('MongoDB cannot be reached.');
    expect(await count('users')).toBe(before);
  });

  it('asks for the migrations first', async () => {
    expect((await runCli('db-rollback', ['--steps', '99', '--yes'], env)).code).toBe(0);
    const run = await runCli('db-seed', [], env);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('npm run db:migrate');
  });
});
