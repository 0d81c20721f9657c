import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

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

let addresses = 0;
/** An address that no other test has. */
const newAddress = (): string => {
  addresses += 1;
  return `10.${addresses >> 16}.${(addresses >> 8) & 255}.${addresses & 255}`;
};

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

  const secondsToWait = async (work: () => Promise<void>): Promise<number> => {
    try {
      await work();
      return 0;
    } catch (error) {
      if (error instanceof TooManyAttempts) return Number(error.headers['retry-after']);
      throw error;
    }
  };
  const attemptOf = (accountId: string | null, address: string, name = 'ada') => ({
    accountId,
    address,
    name,
  });
  /** Seconds to wait; 0: it was let through, and was a failure. */
  const fail = (account: string | null, address: string, name?: string): Promise<number> =>
    secondsToWait(async () => {
      const by = instance();
      await by.assertAllowed(attemptOf(account, address, name));
      await by.failed(attemptOf(account, address, name));
    });
  const succeed = (account: string, address: string): Promise<number> =>
    secondsToWait(async () => {
      const by = instance();
      await by.assertAllowed(attemptOf(account, address));
      await by.succeeded(attemptOf(account, address));
    });
  const failTimes = async (times: number, account: () => string, address: () => string): Promise<void> => {
    for (let n = 0; n < times; n += 1) expect(await fail(account(), address())).toBe(0);
  };

  it('wait twice as long each time, and exactly as long as they were told', async () => {
    const account = newId();
    await failTimes(5, () => account, newAddress);
    for (const seconds of [1, 2, 4, 8, 16, 32, 64, 128, 256]) {
      expect(await fail(account, newAddress())).toBe(seconds);
      clock.atMs += seconds * 1_000 - 1;
      expect(await fail(account, newAddress())).toBe(1);
      clock.atMs += 1;
      expect(await fail(account, newAddress())).toBe(0);
    }
  });

  it('give a guesser of one account fewer than 150 attempts a day', async () => {
    const [account, address] = [newId(), newAddress()];
    const end = clock.atMs + 24 * 3_600_000;
    let guesses = 0;
    while (clock.atMs < end) {
      const seconds = await fail(account, address);
      if (seconds === 0) guesses += 1;
      clock.atMs += seconds * 1_000;
    }
    expect(guesses).toBeGreaterThan(5);
    expect(guesses).toBeLessThan(150);
  });

  it('are refused for one address without a failure for the accounts', async () => {
    const [address, account] = [newAddress(), newId()];
    await failTimes(50, newId, () => address);
    for (let n = 0; n < 10; n += 1) expect(await fail(account, address)).toBe(1);
    await failTimes(5, () => account, newAddress);
    clock.atMs += 1_000;
    expect(await fail(newId(), address)).toBe(0);
  });

  it('tell the outcome of no more attempts of a burst than of single ones', async () => {
    const account = newId();
    const waits = await Promise.all(Array.from({ length: 40 }, () => fail(account, newAddress())));
    expect(waits.filter((seconds) => seconds === 0)).toHaveLength(5);
    expect(await succeed(account, newAddress())).toBe(1);
    clock.atMs += 1_000;
    const after = await Promise.all(Array.from({ length: 10 }, () => fail(account, newAddress())));
    expect(after.filter((seconds) => seconds === 0)).toHaveLength(1);
  });

  it('are counted once for an account, by whatever name it is called', async () => {
    const account = newId();
    for (const name of ['ada', 'ada@example.com', 'ADA', 'Ada@Example.com', 'AdA'])
      expect(await fail(account, newAddress(), name)).toBe(0);
    expect(await fail(account, newAddress(), 'ada')).toBe(1);
  });

  it('are counted once for a name without an account, however its letters are written', async () => {
    const names = ['info@x.example', 'INFO@x.example', 'Info@X.example', 'iNFO@x.EXAMPLE', 'info@X.EXAMPLE'];
    for (const name of names) expect(await fail(null, newAddress(), name)).toBe(0);
    expect(await fail(null, newAddress(), 'INFO@X.EXAMPLE')).toBe(1);
  });

  it('never lock a busy address where 3 % of the passwords are mistyped, nor one with 60 logins in flight', async () => {
    const address = newAddress();
    const loginsOfAMinute = () =>
      Array.from({ length: 33 }, (_, n) => (n === 0 ? fail(newId(), address) : succeed(newId(), address)));
    for (let minute = 0; minute < 55; minute += 1)
      expect(new Set(await Promise.all(loginsOfAMinute()))).toEqual(new Set([0]));
    const rush = Array.from({ length: 60 }, (_, n) =>
      n % 20 === 0 ? fail(newId(), address) : succeed(newId(), address),
    );
    expect(new Set(await Promise.all(rush))).toEqual(new Set([0]));
  });

  it('lock a guesser who has an account, too', async () => {
    const [address, own] = [newAddress(), newId()];
    let guesses = 0;
    while ((await fail(newId(), address)) === 0) {
      guesses += 1;
      await succeed(own, address);
      if (guesses > 100) break;
    }
    expect(guesses).toBeLessThan(60);
  });

  it('are forgotten by time, one after the other', async () => {
    const address = newAddress();
    await failTimes(50, newId, () => address);
    clock.atMs += 10 * 60_000;
    await failTimes(10, newId, () => address);
    expect(await fail(newId(), address)).toBe(1);
  });

  it('are forgotten by a right password, and a wait is not made longer by one', async () => {
    const [one, address] = [newId(), newAddress()];
    await failTimes(4, () => one, newAddress);
    expect(await succeed(one, newAddress())).toBe(0);
    await failTimes(5, () => one, newAddress);
    await failTimes(50, newId, () => address);
    clock.atMs += 1_000;
    expect(await succeed(newId(), address)).toBe(0);
    expect(await fail(newId(), address)).toBe(0);
  });

  it('count an IPv6 client with its /64', async () => {
    const own = (n: number) => `2001:db8:0:${where.length}::${n.toString(16)}`;
    for (let n = 0; n < 50; n += 1) expect(await fail(newId(), own(n))).toBe(0);
    expect(await fail(newId(), own(999))).toBe(1);
    expect(await fail(newId(), `2001:db8:1:${where.length}::1`)).toBe(0);
  });

  if (where !== 'counted in Redis') return;

  it('are still known to an instance when Redis has lost them', async () => {
    const attempt = attemptOf(newId(), newAddress());
    for (let n = 0; n < 5; n += 1) await throttle.failed(attempt);
    await redis.run(async (client) =>
      client.del(await client.keys(`${stores.config.redis.keyPrefix}:login:*`)),
    );
    await expect(throttle.assertAllowed(attempt)).rejects.toThrow(TooManyAttempts);
  });

  it('are kept in Redis no longer than until all is forgotten', async () => {
    const address = newAddress();
    await fail(newId(), address);
    const key = `${stores.config.redis.keyPrefix}:login:address:${address}`;
    expect(await redis.run((client) => client.pTTL(key))).toBeLessThanOrEqual(62 * 60_000);
  });
});
