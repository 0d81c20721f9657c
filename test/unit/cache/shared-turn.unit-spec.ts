import { describe, expect, it } from 'vitest';

import { SharedTurn } from '../../../src/cache/redis/shared-turn.js';

describe('the work of one turn of the event loop', () => {
  const recorded = () => {
    const done: { items: string[]; budgetMs: number }[] = [];
    const turn = new SharedTurn<string>((items, budgetMs) => {
      done.push({ items: [...items], budgetMs });
      return items.has('bad') ? Promise.reject(new Error('no')) : Promise.resolve();
    });
    return { done, turn };
  };

  it('is done once for all, each item once, after the last of their calls', async () => {
    const { done, turn } = recorded();
    const asked = [turn.add(['a', 'b'], 50), Promise.resolve().then(() => turn.add(['b', 'c'], 40))];
    expect(done).toEqual([]);
    await Promise.all(asked);
    expect(done).toEqual([{ items: ['a', 'b', 'c'], budgetMs: 40 }]);
  });

  it('is not joined once it has begun', async () => {
    const { done, turn } = recorded();
    await turn.add(['a'], 50);
    await turn.add(['a'], 50);
    expect(done).toHaveLength(2);
  });

  it('fails for all that share it, and for no other', async () => {
    const { turn } = recorded();
    const shared = [turn.add(['a'], 50), turn.add(['bad'], 50)];
    expect((await Promise.allSettled(shared)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(turn.add(['a'], 50)).resolves.toBeUndefined();
  });
});
