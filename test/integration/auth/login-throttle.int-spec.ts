import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { TooManyAttempts } from '../../../src/modules/auth/auth.errors.js';
import { LoginThrottle } from '../../../src/modules/auth/login-throttle.js';
import { SharedLoginFailures } from '../../../src/modules/auth/shared-login-failures.js';
import { newId } from '../../../src/common/ids/ids.js';
import { Clock } from '../../../src/common/time/clock.js';
import { Redis } from '../../../src/stores/redis/redis.js';
import { createTestStores, type TestStores } from '../../support/test-stores.js';

class SetClock extends Clock {
  atMs = Date.UTC(2026, 0, 1);

  override now(): Date {
    return new Date(this.atMs);
  }
}

describe.each(['counted in Redis', 'counted in the process alone'])('failed logins, %s', (where) => {
  let stores: TestStores;
  let redis: Redis;
  const clock = new SetClock();
  let throttle: LoginThrottle;
  beforeAll(async () => {
    stores = await createTestStores();
    redis = new Redis(stores.config);
    // Without it there is no connection.
    if (where === 'counted in Redis') await redis.onModuleInit();
  });
  afterAll(async () => {
    await redis.onApplicationShutdown();
    await stores.drop();
  });
  const newThrottle = () => new LoginThrottle(stores.config, new SharedLoginFailures(redis), clock);
  beforeEach(() => {
    throttle = newThrottle();
  });
  /** With Redis each attempt comes to another instance, which knows nothing by itself. */
  const instance = () => (where === 'counted in Redis' ? newThrottle() : throttle);

  /** Seconds to wait; 0: it was let through, and stays a failure. */
  const fail = async (account: string, address: string): Promise<number> => {
    try {
      await instance().begin(account, address);
      return 0;
    } catch (error) {
      if (error instanceof TooManyAttempts) return Number(error.headers['retry-after']);
      throw error;
    }
  };
  const succeed = async (account: string, address: string): Promise<void> => {
    const by = instance();
    await by.succeeded(await by.begin(account, address));
  };
  const failTimes = async (times: number, account: () => string, address: () => string): Promise<void> => {
    for (let n = 0; n < times; n += 1) expect(await fail(account(), address())).toBe(0);
  };

  it('wait twice as long each time, up to 15 minutes, and exactly as long as they were told', async () => {
    const account = newId();
    await failTimes(5, () => account, newId);
    for (const seconds of [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]) {
      expect(await fail(account, newId())).toBe(seconds);
      clock.atMs += seconds * 1_000 - 1;
      expect(await fail(account, newId())).toBe(1);
      clock.atMs += 1;
      expect(await fail(account, newId())).toBe(0);
    }
  });

  it('are refused for one address without a failure for the accounts', async () => {
    const [address, account] = [newId(), newId()];
    await failTimes(50, newId, () => address);
    for (let n = 0; n < 10; n += 1) expect(await fail(account, address)).toBe(1);
    await failTimes(5, () => account, newId);
    clock.atMs += 1_000;
    expect(await fail(newId(), address)).toBe(0);
  });

  it('let only one of a burst through once the wait is over', async () => {
    const account = newId();
    await failTimes(5, () => account, newId);
    clock.atMs += 1_000;
    const waits = await Promise.all(Array.from({ length: 10 }, () => fail(account, newId())));
    expect(waits.filter((seconds) => seconds === 0)).toHaveLength(1);
    expect(new Set(waits)).toEqual(new Set([0, 2]));
  });

  it('do not count for an address where the password was right, nor make it wait', async () => {
    const [address, own] = [newId(), newId()];
    await failTimes(50, newId, () => address);
    clock.atMs += 1_000;
    await succeed(own, address);
    expect(await fail(newId(), address)).toBe(0);
    expect(await fail(newId(), address)).toBe(2);
  });

  it('are forgotten by a right password', async () => {
    const one = newId();
    await failTimes(4, () => one, newId);
    await succeed(one, newId());
    await failTimes(5, () => one, newId);
  });

  if (where !== 'counted in Redis') {
    it('are forgotten after half an hour', async () => {
      const account = newId();
      await failTimes(5, () => account, newId);
      clock.atMs += 30 * 60_000;
      await failTimes(5, () => account, newId);
    });
    return;
  }

  it('are still known to an instance when Redis has lost them', async () => {
    const [account, address] = [newId(), newId()];
    for (let n = 0; n < 5; n += 1) await throttle.begin(account, address);
    await redis.run(async (client) =>
      client.del(await client.keys(`${stores.config.redis.keyPrefix}:login:*`)),
    );
    await expect(throttle.begin(account, address)).rejects.toThrow(TooManyAttempts);
  });

  it('are kept for half an hour, whatever was taken back', async () => {
    const [address, gone] = [newId(), newId()];
    const keyOf = (of: string) => `${stores.config.redis.keyPrefix}:login:address:${of}`;
    await failTimes(2, newId, () => address);
    const attempts = [await throttle.begin(newId(), address), await throttle.begin(newId(), gone)];
    await redis.run((client) => client.del(keyOf(gone)));
    for (const attempt of attempts) await throttle.succeeded(attempt);
    expect(await redis.run((client) => client.hGet(keyOf(address), 'count'))).toBe('2');
    expect(await redis.run((client) => client.pTTL(keyOf(address)))).toBeGreaterThan(29 * 60_000);
    expect(await redis.run((client) => client.exists(keyOf(gone)))).toBe(0);
  });
});
