import { setImmediate as sent } from 'node:timers/promises';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Logger } from '@nestjs/common';

import { parseConfig } from '../../../src/config/parse-config.js';
import type { Liveness } from '../../../src/stores/liveness.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { type CuttableClient, openClient } from '../../../src/stores/postgres/client.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { Redis } from '../../../src/stores/redis/redis.js';
import { eventually } from '../../support/eventually.js';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { createTestStores, type TestStores } from '../../support/test-stores.js';
import { timeLimit } from '../../support/time-limit.js';

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
    expect(Math.max(...timesMs)).toBeLessThan(timeLimit(5_000));
  });
});

describe('a client of PostgreSQL whose connection ends', () => {
  let way: TcpProxy;
  let client: CuttableClient;
  beforeEach(async () => {
    way = await TcpProxy.start(stores.config.postgres.url);
    client = openClient({
      url: way.url,
      max: 1,
      prepare: false,
      applicationName: 'lost-connections',
    });
    await client.sql`create table if not exists noted (what text)`;
    await client.sql`truncate noted`;
  });
  afterEach(async () => {
    await client.close(1);
    await way.close();
  });

  const noted = async (): Promise<unknown[]> =>
    (await client.sql<{ what: string }[]>`select what from noted`).map(({ what }) => what);

  it('leaves no query waiting that was sent before it knew', async () => {
    // The driver tells the first of the error before the socket tells the driver that it has closed.
    const first = client.sql`select pg_sleep(30)`;
    const second = first.catch(() => client.sql`select 2 as n`);
    await sent();
    client.cut();
    const outcomes = await Promise.allSettled([first, second]);
    expect(outcomes[0].status).toBe('rejected');
    expect([...(await client.sql`select 3 as n`)]).toEqual([{ n: 3 }]);
  }, 15_000);

  it.each(['cut by us', 'closed by the server'])(
    '%s: fails a transaction that is under way, and stays usable',
    async (how) => {
      const lost = client.sql.begin(async (tx) => {
        await tx`insert into noted values ('lost')`;
        const waiting = tx`select pg_sleep(30)`;
        await sent();
        if (how === 'cut by us') client.cut();
        else way.drop();
        await waiting;
      });
      await expect(lost).rejects.toThrow();
      expect(await noted()).toEqual([]);
    },
    15_000,
  );

  it('carries out nothing of a lost transaction on the connection that follows, nor ends what is there', async () => {
    let goOn = (): void => undefined;
    const later = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let late: Promise<unknown> = Promise.resolve();
    const lost = client.sql.begin(async (tx) => {
      await tx`select 1`;
      client.cut();
      await later;
      late = tx`insert into noted values ('lost')`.execute();
      await late;
    });
    await expect(lost).rejects.toThrow();
    await client.sql.begin(async (tx) => {
      await tx`insert into noted values ('kept')`;
      goOn();
      await sent();
      await expect(late).rejects.toThrow();
      // The lost one rolls back now, as far as it knows.
      await sent();
    });
    expect(await noted()).toEqual(['kept']);
  }, 15_000);
});
