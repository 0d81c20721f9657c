import { afterAll, beforeAll, expect, it } from 'vitest';

import { Redis } from '../../../src/stores/redis/redis.js';
import { newAccount } from '../../factories/account.js';
import type { PrivateStore } from '../../support/private-store.js';
import { describeWithPrivate } from '../../support/store-programs.js';
import { createTestApp, type TestApp } from '../../support/test-app.js';
import { startPrivateRedis } from '../cache/private-redis.js';

const password = 'correct horse battery';

/** It answers, and refuses: what it would have said is unknown, as if it were away. */
describeWithPrivate('redis')('a login while Redis takes no writes', () => {
  let server: PrivateStore;
  let t: TestApp;
  beforeAll(async () => {
    server = await startPrivateRedis('redis-refuses');
    t = await createTestApp({ REDIS_URL: server.url });
  });
  afterAll(async () => {
    await t.close();
    await server.stop();
  });

  const send = (...command: string[]) => t.app.get(Redis).run((client) => client.sendCommand(command), 5_000);

  it.each([
    ['full', ['CONFIG', 'SET', 'maxmemory', '1'], ['CONFIG', 'SET', 'maxmemory', '0']],
    ['a read-only replica', ['REPLICAOF', '127.0.0.1', '1'], ['REPLICAOF', 'NO', 'ONE']],
  ])('is let in or refused by its password, and made to wait: %s', async (_, strike, heal) => {
    const account = newAccount({ password });
    expect((await t.request('POST', '/api/v1/users', { body: account })).status).toBe(201);
    const login = async (given: string) => {
      const body = { email: account.email, password: given };
      return (await t.request('POST', '/api/v1/auth/login', { body, token: null })).status;
    };
    await send('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    await send(...strike);
    try {
      expect(await login(password)).toBe(200);
      const burst = await Promise.all(Array.from({ length: 8 }, () => login('wrong password')));
      expect(burst.toSorted()).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
    } finally {
      await send(...heal);
    }
  });
});
