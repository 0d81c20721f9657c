import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type mongoose from 'mongoose';
import type postgres from 'postgres';

import { type Ground, prepareGround } from '../../../bench/growth/ground.js';
import { type Ask, measureShape } from '../../../bench/growth/measure-shape.js';
import { printedGrowth } from '../../../bench/growth/print-growth.js';
import type { Shape } from '../../../bench/growth/shape.js';
import { SHAPES } from '../../../bench/growth/shapes/shapes.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { createTestApp, type TestApp } from '../../support/test-app.js';
import { eventually } from '../../support/eventually.js';

const PACE = { small: 200, large: 600, samples: 1, rounds: 1 };

const shape = (name: string): Shape => {
  const found = SHAPES.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`There is no shape ${name}`);
  return found;
};

describe('the growth suite', () => {
  let t: TestApp;
  let sql: postgres.Sql;
  beforeAll(async () => {
    t = await createTestApp({ PROCESS_ROLE: 'api', VERIFY_EVERY: 'off' });
    ({ sql } = t.app.get(Postgres));
  });
  afterAll(() => t.close());

  const newGround = (): Promise<Ground> => {
    const { db } = t.app.get(Mongo).connection;
    if (!db) throw new Error('MongoDB is not connected');
    return prepareGround(sql, db as mongoose.mongo.Db);
  };

  const askOf =
    (ground: Ground): Ask =>
    async (path) => {
      const { statusCode, body } = await t.app.inject({
        url: path,
        headers: { authorization: `Bearer ${ground.token}` },
      });
      return { status: statusCode, text: body, elapsedMs: 1 };
    };

  const measured = async (name: string, pace = PACE) => {
    const ground = await newGround();
    return measureShape(shape(name), ground, askOf(ground), pace, () => true);
  };

  it.each(['tags', 'executions', 'configs', 'rooms', 'schedule'])('fills and reads %s', async (name) => {
    const results = await measured(name);
    const ground = await newGround();
    const reads = shape(name).reads(ground, PACE.large);
    expect(results.map(({ route, what }) => `${route}, ${what}`)).toEqual([
      'GET /api/v1/organizations/{id}, reference',
      ...reads.map(({ route, what }) => `${route}, ${what}`),
    ]);
    expect(results.every(({ small, large }) => small === PACE.small && large === PACE.large)).toBe(true);
    expect(printedGrowth(results).split('\n')).toHaveLength(results.length + 3);
  });

  it('names each shape once, and each reads at least one route', async () => {
    const ground = await newGround();
    const names = SHAPES.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(SHAPES.filter((each) => each.reads(ground, 200).length === 0)).toEqual([]);
  });

  it('marks what grew by more than half', () => {
    const result = { shape: 'a', route: 'GET /api/v1/a', what: 'first page', small: 1, large: 2 };
    const shown = printedGrowth([
      { ...result, smallP50Ms: 1, largeP50Ms: 1.4, ratio: 1.4 },
      { ...result, what: 'detail', smallP50Ms: 1, largeP50Ms: 2, ratio: 2 },
    ]);
    expect(shown.split('\n').filter((line) => line.includes('✗'))).toEqual([
      expect.stringContaining('detail'),
    ]);
  });

  /** A connection adds what it has counted to the statistics some time later, with what it has read. */
  const areCounted = (table: string, rows: number) =>
    eventually(
      async () => {
        const connections = Array.from(
          { length: 10 },
          () => sql`select pg_stat_force_next_flush(), pg_sleep(0.05)`,
        );
        await Promise.all(connections);
        const [row] = await sql<{ inserted: number }[]>`
          select n_tup_ins::int as inserted from pg_stat_user_tables where relname = ${table}`;
        return row?.inserted ?? 0;
      },
      (inserted) => inserted >= rows,
      30_000,
    );

  /** The rows that PostgreSQL has read from a table since the last reset. */
  const rowsReadOf = async (table: string): Promise<number> => {
    const [row] = await eventually(
      () => sql<{ scans: number; rows: number }[]>`
        select (coalesce(idx_scan, 0) + seq_scan)::int as scans,
          (coalesce(idx_tup_fetch, 0) + seq_tup_read)::int as rows
        from pg_stat_user_tables where relname = ${table}`,
      ([found]) => (found?.scans ?? 0) > 0,
    );
    return row?.rows ?? Infinity;
  };

  it.each([
    ['users', 'role=admin', 'users'],
    ['configs', 'middle page', 'configs'],
    ['configs', 'environment=staging', 'configs'],
    ['configs', 'environment=nowhere (nothing)', 'configs'],
    ['rooms', 'middle page', 'room_members'],
    ['api-keys', 'environment=test', 'api_keys'],
    ['api-keys', 'enabled=false', 'api_keys'],
  ])('%s, %s: the page is read, and not the table', async (name, what, table) => {
    const ground = await newGround();
    const size = 10_000;
    await shape(name).fill(ground, [0, size]);
    await sql`analyze ${sql(table)}`;
    await areCounted(table, size);
    const read = shape(name)
      .reads(ground, size)
      .find((each) => each.what === what);
    const path = typeof read?.from === 'string' ? read.from : '';
    await sql`select pg_stat_reset()`;
    expect(await askOf(ground)(path)).toMatchObject({ status: 200 });
    expect(await rowsReadOf(table)).toBeLessThan(1_000);
  });
});
