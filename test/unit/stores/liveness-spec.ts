import { afterEach, describe, expect, it } from 'vitest';

import { Liveness } from '../../../src/stores/liveness.js';
import { StoreUnavailable } from '../../../src/stores/store-unavailable.js';
import { eventually } from '../../support/eventually.js';
import { timeLimit } from '../../support/time-limit.js';

class Refused extends Error {}
const never = () => new Promise<never>(() => undefined);

describe('Liveness', () => {
  let liveness: Liveness;
  let changes: boolean[] = [];
  const watch = (ping: () => Promise<unknown>) => {
    changes = [];
    liveness = new Liveness({
      name: 'mongodb',
      ping,
      isConnectivityError: (error) => error instanceof Refused,
      onChange: (isUp) => changes.push(isUp),
    });
    return liveness;
  };
  afterEach(() => liveness.close());

  it('fails what waits on a frozen store, and what comes after at once', async () => {
    watch(never);
    const startedAt = performance.now();
    await expect(liveness.run(never)).rejects.toBeInstanceOf(StoreUnavailable);
    expect(performance.now() - startedAt).toBeLessThan(timeLimit(1_000));
    let wasSent = false;
    await expect(liveness.run(async () => (wasSent = true))).rejects.toBeInstanceOf(StoreUnavailable);
    expect([wasSent, changes]).toEqual([false, [false]]);
  });

  it('lets a slow operation finish while the store answers', async () => {
    let pings = 0;
    watch(async () => (pings += 1));
    const slow = liveness.run(() =>
      eventually(
        async () => pings,
        (count) => count >= 3,
      ).then(() => 'done'),
    );
    await expect(slow).resolves.toBe('done');
    expect(changes).toEqual([]);
  });

  it('passes the store’s own refusals on as they are', async () => {
    watch(async () => undefined);
    await expect(liveness.run(() => Promise.reject(new RangeError('no')))).rejects.toBeInstanceOf(RangeError);
    await expect(liveness.run(() => Promise.reject(new Refused()))).rejects.toBeInstanceOf(StoreUnavailable);
  });

  it('waits longer for a store that has been slow all along', async () => {
    let isFrozen = false;
    let turn = 0;
    const slow = () => new Promise<void>((resolve) => setTimeout(resolve, 50 + 30 * (turn++ % 2)));
    watch(() => (isFrozen ? never() : slow()));
    for (let n = 0; n < 8; n += 1) await liveness.run(slow);
    isFrozen = true;
    const startedAt = performance.now();
    await expect(liveness.run(never)).rejects.toBeInstanceOf(StoreUnavailable);
    expect(performance.now() - startedAt).toBeGreaterThan(200);
  });

  it('finds the store again by itself', async () => {
    let answers = false;
    watch(() => (answers ? Promise.resolve() : never()));
    expect(await liveness.check()).toBe(false);
    answers = true;
    await eventually(
      async () => liveness.isUp,
      (isUp) => isUp,
    );
    expect(changes).toEqual([false, true]);
    await expect(liveness.run(async () => 7)).resolves.toBe(7);
  });
});
