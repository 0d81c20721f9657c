import { setImmediate as sent } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';

import { parseConfig } from '../../../src/config/parse-config.js';
import type { Liveness } from '../../../src/stores/liveness.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { openClient } from '../../../src/stores/postgres/client.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { Redis } from '../../../src/stores/redis/redis.js';
import { eventually } from '../../support/eventually.js';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { createTestStores, type TestStores } from '../../support/test-stores.js';

// What is lost and found is asserted; the tests need no account of it.
Logger.overrideLogger(false);

interface Connection {
  readonly liveness: Liveness;
  onModuleInit: () => Promise<void>;
  onApplicationShutdown: () => Promise<void>;
}

const STORES = {
  postgres: { variable: 'DATABASE_URL', connect: (env) => new Postgres(parseConfig(env)) },
  mongodb: { variable: 'MONGODB_URI', connect: (env) => new Mongo(parseConfig(env)) },
  redis: { variable: 'REDIS_URL', connect: (env) => new Redis(parseConfig(env)) },
} satisfies Record<
  string,
  { variable: string; connect: (env: Readonly<Record<string, string>>) => Connection }
>;

let stores: TestStores;
beforeAll(async () => {
  stores = await createTestStores();
});
afterAll(() => stores.drop());

describe.each(Object.entries(STORES))('the connection to %s', (_store, { variable, connect }) => {
  let way: TcpProxy;
  let store: Connection;
  /** From a lost connection to the answer that says so. */
  let answerBytes = 0;
  beforeAll(async () => {
    way = await TcpProxy.start(stores.env[variable] ?? '');
    store = connect({ ...stores.env, [variable]: way.url });
    await store.onModuleInit();
    answerBytes = way.answered;
  });
  afterAll(async () => {
    await store.onApplicationShutdown();
    await way.close();
  });

  const isUp = (): Promise<boolean> => Promise.resolve(store.liveness.isUp);

  it('is made anew wherever it is lost while it is being made, and whoever does not hear of it', async () => {
    const points = [1, answerBytes >> 1, answerBytes - 1, answerBytes + 1];
    const timesMs: number[] = [];
    for (const bytes of points) {
      way.cut();
      await eventually(
        () => store.liveness.check(),
        (isAnswered) => !isAnswered,
      );
      way.heal();
      way.breakAfter(bytes, 'lose');
      const at = performance.now();
      await eventually(isUp, Boolean, 10_000);
      timesMs.push(performance.now() - at);
    }
    console.info(
      `lost after ${points.join(', ')} bytes; up again after ${timesMs.map(Math.round).join(', ')} ms`,
    );
    expect(timesMs).toHaveLength(points.length);
    expect(Math.max(...timesMs)).toBeLessThan(5_000);
  });
});

describe('a client of PostgreSQL that is cut', () => {
  it('leaves no query waiting that was sent before it knew', async () => {
    const client = openClient({
      url: stores.config.postgres.url,
      max: 1,
      prepare: false,
      applicationName: 'lost-connections',
    });
    await client.sql`select 1`;
    // The driver tells the first of the error before the socket tells the driver that it has closed.
    const first = client.sql`select pg_sleep(30)`;
    const second = first.catch(() => client.sql`select 2 as n`);
    await sent();
    client.cut();
    const outcomes = await Promise.allSettled([first, second]);
    expect(outcomes[0].status).toBe('rejected');
    expect([...(await client.sql`select 3 as n`)]).toEqual([{ n: 3 }]);
    await client.close(1);
  }, 15_000);
});
