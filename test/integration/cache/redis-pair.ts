import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';

import { eventually } from '../../support/eventually.js';
import type { PrivateStore } from '../../support/private-store.js';
import {
  type CacheInstance,
  freshPrefix,
  SetClock,
  startInstance,
  type VersionedRecord,
} from './cache-instance.js';
import { startPrivateRedis } from './private-redis.js';

/** Two instances on a Redis of their own, which the test may do anything to. Anew for each test but the server. */
export interface RedisPair {
  server: PrivateStore;
  prefix: string;
  clock: SetClock;
  one: CacheInstance;
  two: CacheInstance;
}

export function useRedisPair(name: string): () => RedisPair {
  let server: PrivateStore;
  let pair: RedisPair;

  beforeAll(async () => {
    server = await startPrivateRedis(name);
  });

  beforeEach(async () => {
    const prefix = freshPrefix();
    const clock = new SetClock();
    const start = () => startInstance(server.url, prefix, clock);
    const [one, two] = await Promise.all([start(), start()]);
    pair = { server, prefix, clock, one, two };
    await trusted(one, two);
  });

  afterEach(async () => {
    await Promise.all([pair.one.close(), pair.two.close()]);
  });

  afterAll(() => server.stop());

  return () => pair;
}

export const trusted = (...instances: CacheInstance[]): Promise<unknown> =>
  eventually(
    async () => instances.map(({ shared }) => shared.isTrusted),
    (answers) => answers.every(Boolean),
  );

/** `instance` has found out that Redis is away. */
export const lost = (instance: CacheInstance): Promise<unknown> =>
  eventually(
    () => asks(instance),
    () => !instance.redis.liveness.isUp,
  );

/** Commands of `instance` are answered, whether it believes them or not. */
export const answering = (instance: CacheInstance): Promise<boolean> =>
  eventually(() => asks(instance), Boolean);

/** `instances` have found out that Redis is back, and believe it. */
export const found = async (...instances: CacheInstance[]): Promise<void> => {
  for (const instance of instances) await answering(instance);
  await trusted(...instances);
};

const asks = ({ redis }: CacheInstance): Promise<boolean> =>
  redis
    .run((client) => client.ping())
    .then(
      () => true,
      () => false,
    );

/** In the first tier and in Redis. */
export async function warm(record: VersionedRecord, one: CacheInstance, two: CacheInstance): Promise<void> {
  await record.read(one);
  await eventually(
    () => record.read(two),
    ({ outcome }) => outcome === 'hit',
  );
}
