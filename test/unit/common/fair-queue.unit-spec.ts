import { describe, expect, it } from 'vitest';

import { FairQueue, QueueFull } from '../../../src/common/fair-queue.js';

const LIMITS = { concurrency: 2, perCallerWaiting: 10, waitMs: 60_000 };

/** Work that ends when it is told to, and what has begun so far. */
function controlled(queue: FairQueue) {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const add = (caller: string, name = caller) =>
    queue.run(caller, () => {
      begun.push(name);
      return new Promise<string>((resolve) => ends.push(() => resolve(name)));
    });
  const endOne = async () => {
    ends.shift()?.();
    await new Promise(setImmediate);
  };
  return { begun, add, endOne };
}

describe('FairQueue', () => {
  it('runs no more at once than it may, and lets the callers take turns', async () => {
    const { begun, add, endOne } = controlled(new FairQueue(LIMITS));
    const all = [...'aaaaaa'].map((caller, n) => add(caller, `a${n}`));
    all.push(add('b', 'b0'), add('b', 'b1'), add('c', 'c0'));
    expect(begun).toEqual(['a0', 'a1']);
    for (let n = 0; n < 9; n += 1) await endOne();
    expect(begun).toEqual(['a0', 'a1', 'a2', 'b0', 'c0', 'a3', 'b1', 'a4', 'a5']);
    expect(await Promise.all(all)).toHaveLength(9);
  });

  it('refuses a caller that has too much waiting, and no other', async () => {
    const { add, endOne } = controlled(new FairQueue({ ...LIMITS, concurrency: 1, perCallerWaiting: 2 }));
    const all = [add('a'), add('a'), add('a')];
    await expect(add('a')).rejects.toBeInstanceOf(QueueFull);
    all.push(add('b'));
    for (let n = 0; n < 4; n += 1) await endOne();
    expect(await Promise.all(all)).toEqual(['a', 'a', 'a', 'b']);
  });

  it('gives up what has waited too long, and gives its place to nobody', async () => {
    const { begun, add, endOne } = controlled(new FairQueue({ ...LIMITS, concurrency: 1, waitMs: 1 }));
    const first = add('a');
    await expect(add('b')).rejects.toBeInstanceOf(QueueFull);
    await endOne();
    const next = add('c');
    expect(begun).toEqual(['a', 'c']);
    await endOne();
    expect(await Promise.all([first, next])).toEqual(['a', 'c']);
  });

  it('goes on after work that failed', async () => {
    const queue = new FairQueue({ ...LIMITS, concurrency: 1 });
    await expect(queue.run('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await queue.run('a', () => Promise.resolve('yes'))).toBe('yes');
  });
});
