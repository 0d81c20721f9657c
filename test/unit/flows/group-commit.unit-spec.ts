import { describe, expect, it } from 'vitest';

import { requestContext } from '../../../src/common/http/request-context.js';
import { GroupCommit, GroupsFull } from '../../../src/flows/queue/group-commit.js';
import { eventually } from '../../support/eventually.js';

/** A flush that ends when it is told to. */
function controlled() {
  const flushed: number[][] = [];
  const ends: ((error?: Error) => void)[] = [];
  const flush = (items: readonly number[]): Promise<void> => {
    flushed.push([...items]);
    return new Promise((resolve, reject) => ends.push((error) => (error ? reject(error) : resolve())));
  };
  const end = async (error?: Error): Promise<void> => {
    ends.shift()?.(error);
    await new Promise(setImmediate);
  };
  return { flushed, flush, end };
}

describe('GroupCommit', () => {
  it('flushes at once what comes first, and together what comes meanwhile', async () => {
    const { flushed, flush, end } = controlled();
    const groups = new GroupCommit<number>({ perFlush: 10, waiting: 100 }, flush);
    const first = groups.add([1]);
    const later = [groups.add([2]), groups.add([3, 4])];
    expect(flushed).toEqual([[1]]);
    await end();
    await first;
    expect(flushed).toEqual([[1], [2, 3, 4]]);
    await end();
    await Promise.all(later);
  });

  it('flushes outside the request that came first, because others share the flush', async () => {
    const contexts: unknown[] = [];
    const groups = new GroupCommit<number>({ perFlush: 10, waiting: 100 }, async () => {
      contexts.push(requestContext.getStore());
      await Promise.resolve();
    });
    const context = { requestId: 'r', caller: 'c' };
    await requestContext.run(context, async () => {
      await groups.add([1]);
      expect(requestContext.getStore()).toBe(context);
    });
    expect(contexts).toEqual([undefined]);
  });

  it('takes no more than its limit, but never splits what one caller added', async () => {
    const { flushed, flush, end } = controlled();
    const groups = new GroupCommit<number>({ perFlush: 3, waiting: 100 }, flush);
    void groups.add([0]);
    void groups.add([1, 2]);
    void groups.add([3, 4]);
    void groups.add([5, 6, 7, 8]);
    for (let n = 0; n < 4; n += 1) await end();
    await groups.idle();
    expect(flushed).toEqual([[0], [1, 2], [3, 4], [5, 6, 7, 8]]);
  });

  it('gathers for a while only where several wait', async () => {
    const { flushed, flush, end } = controlled();
    const groups = new GroupCommit<number>({ perFlush: 10, waiting: 100, gatherMs: 100 }, flush);
    void groups.add([1]);
    expect(flushed).toEqual([[1]]);
    void groups.add([2]);
    void groups.add([3]);
    await end();
    void groups.add([4]);
    await eventually(
      () => Promise.resolve(flushed.length),
      (count) => count === 2,
    );
    expect(flushed).toEqual([[1], [2, 3, 4]]);
    void groups.add([5]);
    await end();
    expect(flushed).toEqual([[1], [2, 3, 4], [5]]);
    await end();
    await groups.idle();
  });

  it('rejects those whose flush failed, and goes on with the others', async () => {
    const { flush, end } = controlled();
    const groups = new GroupCommit<number>({ perFlush: 1, waiting: 100 }, flush);
    const failed = expect(groups.add([1])).rejects.toThrow('no');
    const next = groups.add([2]);
    await end(new Error('no'));
    await failed;
    await end();
    await next;
  });

  it('is idle when all is flushed', async () => {
    const { flush, end } = controlled();
    const groups = new GroupCommit<number>({ perFlush: 1, waiting: 100 }, flush);
    await groups.idle();
    const added = groups.add([1]);
    let isIdle = false;
    const idle = groups.idle().then(() => (isIdle = true));
    await new Promise(setImmediate);
    expect(isIdle).toBe(false);
    await end();
    await Promise.all([added, idle]);
  });

  it('refuses what is more than may wait, keeps nothing of it, and takes it again once there is room', async () => {
    const { flushed, flush, end } = controlled();
    const groups = new GroupCommit<number>({ perFlush: 3, waiting: 4 }, flush);
    const taken = [groups.add([1]), groups.add([2, 3]), groups.add([4, 5])];
    await expect(groups.add([6])).rejects.toBeInstanceOf(GroupsFull);
    await end();
    taken.push(groups.add([7]));
    await end();
    await end();
    await Promise.all(taken);
    expect(flushed).toEqual([[1], [2, 3], [4, 5, 7]]);
  });

  it('takes one that is larger than everything that may wait where nothing else waits', async () => {
    const { flush, end } = controlled();
    const groups = new GroupCommit<number>({ perFlush: 3, waiting: 4 }, flush);
    const taken = [groups.add([0]), groups.add([1, 2, 3, 4, 5])];
    await expect(groups.add([6])).rejects.toBeInstanceOf(GroupsFull);
    await end();
    await end();
    await Promise.all(taken);
  });

  it('counts items by their weight', async () => {
    const { flushed, flush, end } = controlled();
    const groups = new GroupCommit<number>({ perFlush: 10, waiting: 20, weightOf: (n) => n }, flush);
    const taken = [groups.add([1]), groups.add([6]), groups.add([6]), groups.add([4])];
    await expect(groups.add([5])).rejects.toBeInstanceOf(GroupsFull);
    for (let n = 0; n < 3; n += 1) await end();
    await Promise.all(taken);
    expect(flushed).toEqual([[1], [6], [6, 4]]);
  });
});
