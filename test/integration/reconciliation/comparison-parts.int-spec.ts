import { describe, expect, it } from 'vitest';
import fc from 'fast-check';

import { scopeOf } from '../../../src/common/http/principal.js';
import { parseKey } from '../../../src/cache/replay/remembered-request.js';
import { mergeJoin } from '../../../src/flows/reconciliation/merge-join.js';
import { differingFields, isSameValue } from '../../../src/flows/reconciliation/same-value.js';

async function* inBatches(keys: readonly string[], size: number): AsyncGenerator<string[]> {
  for (let from = 0; from < keys.length; from += size) yield keys.slice(from, from + size);
}

describe('the parts of a comparison', () => {
  const keys = fc.uniqueArray(fc.stringMatching(/^[0-9a-f]{1,2}$/)).map((list) => list.toSorted());
  const size = fc.integer({ min: 1, max: 5 });

  it('join two sides so that every record comes once, in order, with its partner', async () => {
    await fc.assert(
      fc.asyncProperty(keys, keys, size, size, size, async (left, right, one, other, batch) => {
        const side = (list: string[], length: number) => ({
          batches: inBatches(list, length),
          keyOf: (key: string) => key,
        });
        const pairs = [];
        for await (const some of mergeJoin(side(left, one), side(right, other), batch)) pairs.push(...some);
        const union = [...new Set([...left, ...right])].toSorted();
        expect(pairs).toEqual(
          union.map((key) => ({
            key,
            left: left.includes(key) ? key : null,
            right: right.includes(key) ? key : null,
          })),
        );
      }),
    );
  });

  it('give up a join with the error of either side', async () => {
    async function* failing(): AsyncGenerator<string[]> {
      yield ['b'];
      throw new Error('the store is away');
    }
    const sides = [inBatches(['a', 'c'], 1), failing()].map((batches) => ({
      batches,
      keyOf: (key: string) => key,
    }));
    const [one, other] = sides;
    if (!one || !other) throw new Error('No sides');
    const walk = async () => {
      for await (const pairs of mergeJoin(one, other, 1)) expect(pairs).toHaveLength(1);
    };
    await expect(walk()).rejects.toThrow('the store is away');
  });

  it('see every difference of two values, and none that JSON does not know', () => {
    const values = fc.jsonValue();
    fc.assert(
      fc.property(values, values, (one, other) => {
        expect(isSameValue(one, JSON.parse(JSON.stringify(one)))).toBe(true);
        expect(isSameValue(one, other)).toBe(isSameValue(other, one));
      }),
    );
    const at = new Date(1);
    expect(
      differingFields({ a: 1, b: { c: [1, 2] }, at }, { at: new Date(1), b: { c: [1, 2] }, a: 1 }),
    ).toEqual([]);
    expect(
      differingFields({ a: 1, b: [1], at, x: null }, { b: [1, 2], at: at.toISOString(), a: '1' }),
    ).toEqual([...['a', 'b', 'at', 'x']]);
    expect(differingFields({}, { constructor: 1 })).toEqual(['constructor']);
  });

  it('read a cache key as it is written', () => {
    const who = {
      ...({
        kind: 'api_key',
        orgId: 'o',
        userId: 'u',
        role: 'member',
        platformRole: 'user',
        sessionId: null,
        flagEnvironment: null,
      } as const),
      ...{ apiKeyId: 'k', scopes: ['users:read', '*'] },
    };
    const { orgId: _orgId, ...principal } = who;
    const key = `${scopeOf(who)}\nUsersController.get\n{"id":"7"}\n{"limit":50}`;
    expect(parseKey(key)).toEqual({
      principal,
      route: 'UsersController.get',
      params: { id: '7' },
      query: { limit: 50 },
    });
    expect(parseKey('public\nA.b\n{}\n')).toEqual({ principal: null, route: 'A.b', params: {}, query: {} });
    for (const other of ['', 'x', '["user"]\nA.b\n{}\n', `${scopeOf(who)}\nA.b\n{\n`])
      expect(parseKey(other)).toBeNull();
  });
});
