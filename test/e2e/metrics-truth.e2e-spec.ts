import { readFileSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from 'drizzle-orm';

import { DatabaseFiguresReader } from '../../src/ops/metrics/database-figures.js';
import { Mongo } from '../../src/stores/mongo/mongo.js';
import { Postgres } from '../../src/stores/postgres/postgres.js';
import { Redis } from '../../src/stores/redis/redis.js';
import { newAccount } from '../factories/account.js';
import { eventually } from '../support/eventually.js';
import { parsePrometheus, type Sample, valueOf } from '../support/prometheus.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const OPERATIONS = 'triptych_store_operation_duration_seconds';
const REQUESTS = 'triptych_http_request_duration_seconds_count';

/** Within 1 %. */
const isNear = (shown: number | undefined, truth: number): boolean =>
  shown !== undefined && Math.abs(shown - truth) <= 0.01 * truth;

describe('the figures of /metrics, beside what is so', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp();
    // What is read at most every 15 s is read at each scrape.
    const reader = t.app.get(DatabaseFiguresReader, { strict: false });
    Object.defineProperty(reader, 'askedAt', { get: () => Number.NEGATIVE_INFINITY, set: () => undefined });
  });
  afterAll(() => t.close());

  const scrape = async (): Promise<Sample[]> =>
    parsePrometheus((await t.request('GET', '/metrics', { token: null })).text);
  const postgres = (): Postgres => t.app.get(Postgres);

  it('name everything that an alert asks for', async () => {
    const { text } = await t.request('GET', '/metrics', { token: null });
    const declared = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name));
    const rules = readFileSync('deploy/prometheus/rules.yml', 'utf8');
    const asked = new Set(
      [...rules.matchAll(/\btriptych_[a-z_]+/g)].map(([name]) => name.replace(/_count$/, '')),
    );
    // Off in tests.
    const known = [...asked].filter((name) => !name.startsWith('triptych_agreement_'));
    expect(known.length).toBeGreaterThan(8);
    expect(known.filter((name) => !declared.has(name))).toEqual([]);
  });

  it('the pool: as many connections in use as PostgreSQL sees at work', async () => {
    const held = Promise.withResolvers<void>();
    const begun = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
    const transactions = begun.map(({ resolve }) =>
      postgres().transaction(async (tx) => {
        await tx.execute(sql`select 1`);
        resolve();
        await held.promise;
      }),
    );
    await Promise.all(begun.map(({ promise }) => promise));
    const before = await scrape();
    const [seen] = await postgres().sql<{ count: number }[]>`
      select count(*)::int as count from pg_stat_activity
      where datname = current_database() and application_name = 'triptych' and state = 'idle in transaction'`;
    held.resolve();
    await Promise.all(transactions);
    expect(seen?.count).toBe(4);
    expect(valueOf(before, 'triptych_postgres_pool_connections_active')).toBe(4);
  });

  it('connections to PostgreSQL: as many as it counts', async () => {
    const truth = async (): Promise<number> => {
      const [row] = await postgres().sql<{ count: number }[]>`
        select count(*)::int as count from pg_stat_activity where datname = current_database()`;
      return row?.count ?? 0;
    };
    await eventually(
      async () => {
        const shown = (await scrape())
          .filter(({ name }) => name === 'triptych_postgres_connections')
          .reduce((sum, { value }) => sum + value, 0);
        return { shown, truth: await truth() };
      },
      (found) => isNear(found.shown, found.truth),
    );
  });

  it('the time of queries: what a watch beside them says', async () => {
    let watchedMs = 0;
    for (let n = 0; n < 5; n += 1) {
      const startedAt = performance.now();
      await postgres().liveness.run(() => postgres().sql`select pg_sleep(0.2)`, 'truth');
      watchedMs += performance.now() - startedAt;
    }
    const samples = await scrape();
    const labels = { store: 'postgres', operation: 'truth', answered: 'true' };
    expect(valueOf(samples, `${OPERATIONS}_count`, labels)).toBe(5);
    const shown = valueOf(samples, `${OPERATIONS}_sum`, labels) ?? 0;
    expect(shown).toBeGreaterThanOrEqual(1);
    expect({ shown, truth: watchedMs / 1_000, isNear: isNear(shown, watchedMs / 1_000) }).toMatchObject({
      isNear: true,
    });
  });

  it('hits and misses: what the answers said', async () => {
    const created = await t.request('POST', '/api/v1/users', { body: newAccount() });
    const { id } = created.body as { id: string };
    const route = { route: 'GET /users/:id' };
    const read = (samples: Sample[], outcome: string): number =>
      valueOf(samples, 'triptych_cache_reads_total', { ...route, outcome }) ?? 0;
    const before = await scrape();
    const said = { hit: 0, miss: 0 };
    for (let n = 0; n < 50; n += 1) {
      const { headers } = await t.request('GET', `/api/v1/users/${id}`);
      said[headers['cache-status']?.includes('; hit') ? 'hit' : 'miss'] += 1;
    }
    const after = await scrape();
    const hits = ['hit_memory', 'hit_redis'].reduce((sum, o) => sum + read(after, o) - read(before, o), 0);
    expect(said.hit).toBeGreaterThan(40);
    expect(hits).toBe(said.hit);
    expect(read(after, 'miss') - read(before, 'miss')).toBe(said.miss);
    const ratio = valueOf(after, 'triptych_cache_hit_ratio', route);
    expect(isNear(ratio, said.hit / (said.hit + said.miss))).toBe(true);
  });

  it('the growth of the database: what PostgreSQL says that it takes', async () => {
    const sizeOf = async (): Promise<number> => {
      const [row] = await postgres().sql<{ bytes: string }[]>`
        select pg_database_size(current_database())::text as bytes`;
      return Number(row?.bytes);
    };
    const [shownBefore, before] = [
      valueOf(await scrape(), 'triptych_postgres_database_size_bytes') ?? 0,
      await sizeOf(),
    ];
    expect(isNear(shownBefore, before)).toBe(true);
    await postgres()
      .sql`create table ballast as select repeat(md5(n::text), 30) as text from generate_series(1, 20000) n`;
    const [shown, after] = [
      valueOf(await scrape(), 'triptych_postgres_database_size_bytes') ?? 0,
      await sizeOf(),
    ];
    expect(after - before).toBeGreaterThan(15_000_000);
    expect({ grown: shown - shownBefore, isNear: isNear(shown - shownBefore, after - before) }).toMatchObject(
      {
        isNear: true,
      },
    );
    await postgres().sql`drop table ballast`;
  });

  it('the use of indexes: what the statistics of PostgreSQL say', async () => {
    for (let n = 0; n < 200; n += 1)
      await postgres().sql`select 1 from users where id = ${t.tenant.userId}::uuid`;
    await eventually(
      async () => {
        const shown = valueOf(await scrape(), 'triptych_postgres_index_scans', { index: 'users_pkey' });
        const [row] = await postgres().sql<{ scans: string }[]>`
          select idx_scan::text as scans from pg_stat_user_indexes where indexrelname = 'users_pkey'`;
        return { shown, truth: Number(row?.scans) };
      },
      ({ shown, truth }) => truth >= 200 && isNear(shown, truth),
    );
  });

  it('MongoDB: its documents, their size, and the connections of this process', async () => {
    const { db } = t.app.get(Mongo).connection;
    if (!db) throw new Error('MongoDB is not connected');
    await db
      .collection<{ _id: string }>('truth')
      .insertMany(Array.from({ length: 500 }, (_, n) => ({ _id: String(n), text: 'x'.repeat(1_000) })));
    await eventually(
      async () => {
        const samples = await scrape();
        const collections = await db.listCollections({}, { nameOnly: true }).toArray();
        const counts = await Promise.all(
          collections.map(({ name }) => db.collection(name).countDocuments({})),
        );
        return {
          documents: valueOf(samples, 'triptych_mongodb_documents'),
          bytes: valueOf(samples, 'triptych_mongodb_data_size_bytes') ?? 0,
          connections: valueOf(samples, 'triptych_mongodb_connections') ?? 0,
          truth: counts.reduce((sum, count) => sum + count, 0),
        };
      },
      ({ documents, bytes, connections, truth }) =>
        isNear(documents, truth) && bytes > 500_000 && connections > 0,
    );
  });

  it('Redis: what its INFO says', async () => {
    const figures = async (): Promise<{ keys: number; memory: number; hits: number }> => {
      const [info, keys] = await t.app
        .get(Redis)
        .run((client) => Promise.all([client.info(), client.dbSize()]), 2_000);
      const of = (name: string): number => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]);
      return { keys, memory: of('used_memory'), hits: of('keyspace_hits') };
    };
    await eventually(
      async () => {
        const samples = await scrape();
        const shown = (name: string): number | undefined => valueOf(samples, `triptych_redis_${name}`);
        const truth = await figures();
        return (
          isNear(shown('keys'), truth.keys) &&
          isNear(shown('memory_bytes'), truth.memory) &&
          isNear(shown('keyspace_hits'), truth.hits)
        );
      },
      (isSo) => isSo,
    );
  });

  it('requests: as many as were sent, by how they were answered', async () => {
    const before = await scrape();
    for (let n = 0; n < 20; n += 1) await t.request('GET', '/api/v1/configs');
    for (let n = 0; n < 7; n += 1) await t.request('GET', '/api/v1/configs', { token: null });
    const after = await scrape();
    const grown = (status: string): number => {
      const labels = { method: 'GET', route: '/api/v1/configs', status };
      return (valueOf(after, REQUESTS, labels) ?? 0) - (valueOf(before, REQUESTS, labels) ?? 0);
    };
    expect([grown('200'), grown('401')]).toEqual([20, 7]);
  });
});
