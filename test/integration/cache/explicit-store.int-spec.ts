import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCache } from 'cache-manager';
import { Keyv } from 'keyv';

import { ExplicitRedisStore } from '../../../src/cache/explicit-store.js';
import { eventually } from '../../support/eventually.js';
import type { PrivateStore } from '../../support/private-store.js';
import { describeWithPrivate } from '../../support/store-programs.js';
import { type CacheInstance, freshPrefix, startInstance, patiently } from './cache-instance.js';
import { startPrivateRedis } from './private-redis.js';
import { timeLimit } from '../../support/time-limit.js';

describeWithPrivate('redis')('CACHE_MANAGER on Redis', () => {
  const prefix = freshPrefix();
  let server: PrivateStore;
  let instance: CacheInstance;
  let store: ExplicitRedisStore;

  beforeAll(async () => {
    server = await startPrivateRedis('cache-explicit');
    instance = await startInstance(server.url, prefix);
    store = new ExplicitRedisStore(instance.redis, prefix);
  });

  afterAll(async () => {
    await instance.close();
    await server.stop();
  });

  const manager = () => createCache({ stores: [new Keyv({ store, useKeyPrefix: false })] });

  it('keeps a value under our prefix for its time in milliseconds', async () => {
    await manager().set('doc:a', { a: 1 }, 60_000);
    expect(await manager().get('doc:a')).toEqual({ a: 1 });
    expect(await manager().mget(['doc:a', 'doc:b'])).toEqual([{ a: 1 }, undefined]);
    const ttl = await patiently(instance, (client) => client.pTTL(`${prefix}:x:doc:a`));
    expect(ttl).toBeGreaterThan(50_000);
    expect(ttl).toBeLessThanOrEqual(60_000);
    await manager().mdel(['doc:a']);
    expect(await manager().get('doc:a')).toBeUndefined();
  });

  it('never deletes what belongs to others', async () => {
    await patiently(instance, (client) => client.set('somebody else', '1'));
    await expect(store.clear()).rejects.toThrow('clear()');
    expect(await patiently(instance, (client) => client.get('somebody else'))).toBe('1');
  });

  it.each(['frozen', 'killed'] as const)(
    'with Redis %s every call is a miss within the budget',
    async (fault) => {
      await manager().set('doc:b', 1, 60_000);
      if (fault === 'frozen') await server.freeze();
      else await server.kill();
      try {
        for (let count = 0; count < 10; count++) {
          const startedAt = performance.now();
          expect(await manager().get('doc:b')).toBeUndefined();
          await manager().set('doc:b', 2, 60_000);
          await manager().del('doc:b');
          expect(performance.now() - startedAt).toBeLessThan(timeLimit(250));
        }
      } finally {
        if (fault === 'frozen') server.thaw();
        else await server.restart();
      }
      await eventually(
        async () => {
          await manager().set('doc:b', 3, 60_000);
          return manager().get('doc:b');
        },
        (value) => value === 3,
      );
    },
  );
});
