import { describe, expect, it } from 'vitest';
import fc from 'fast-check';

import { type KeyRange, KeySlices } from '../../../src/flows/reconciliation/key-slices.js';

const AIM = 40;
/** What a server reads of one slice before its time is over. */
const CAPACITY = 100;
const NOW_MS = Date.UTC(2026, 6);

const keyOf = (ms: number, tail: number): string => {
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7${tail.toString(16).padStart(3, '0')}`;
};

/** Made in bursts, some long ago, some in one millisecond; among them texts that are no keys of ours. */
const bursts = fc.array(
  fc.record({
    ageMs: fc.oneof(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 0, max: 200_000_000_000 })),
    lengthMs: fc.constantFrom(1, 50, 60_000, 86_400_000),
    count: fc.integer({ min: 1, max: 300 }),
  }),
  { maxLength: 6 },
);
const texts = fc.array(fc.oneof(fc.uuid(), fc.string({ maxLength: 5 })), { maxLength: 10 });

interface Walk {
  found: string[];
  queries: number;
  expired: number;
  /** Documents that the server has looked at. */
  read: number;
}

/** How many of the sorted `keys` come before the first that `isIn`. */
function countBefore(keys: readonly string[], isIn: (key: string) => boolean): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isIn(keys[middle] ?? '')) high = middle;
    else low = middle + 1;
  }
  return low;
}

function keysIn(keys: readonly string[], { $gte = '', $gt, $lte }: KeyRange): readonly string[] {
  const from = countBefore(keys, (key) => key >= $gte && ($gt === undefined || key > $gt));
  return keys.slice(
    from,
    countBefore(keys, (key) => $lte !== undefined && key > $lte),
  );
}

/** `streams`: it gives what it has read before its time is over; else a slice that holds too much gives nothing. */
function walk(keys: readonly string[], streams: boolean): Walk {
  const slices = new KeySlices(AIM);
  const seen: Walk = { found: [], queries: 0, expired: 0, read: 0 };
  for (;;) {
    const all = keysIn(keys, slices.range);
    const isTooMuch = slices.canBeCut && all.length > CAPACITY;
    const given = all.slice(0, !isTooMuch ? undefined : streams ? CAPACITY : 0);
    for (const key of given) slices.reached(key);
    seen.queries += 1;
    seen.read += isTooMuch ? CAPACITY : all.length;
    seen.found.push(...given);
    seen.expired += isTooMuch ? 1 : 0;
    if (isTooMuch) slices.cut();
    else if (slices.isLast) return seen;
    else slices.passed(all.length);
  }
}

describe('the slices of a walk', () => {
  it.each([false, true])('hold every key once, in order, on a server that streams: %s', (streams) => {
    fc.assert(
      fc.property(bursts, texts, (some, others) => {
        const made = some.flatMap(({ ageMs, lengthMs, count }) =>
          Array.from({ length: count }, (_, at) =>
            keyOf(NOW_MS - ageMs - Math.floor((at * lengthMs) / count), at),
          ),
        );
        const keys = [...new Set([...made, ...others])].sort();
        const { found, queries } = walk(keys, streams);
        expect(found).toEqual(keys);
        expect(queries).toBeLessThan(5_000);
      }),
    );
  });

  it('cost hardly more than what they give where keys lie close together', () => {
    const keys = Array.from({ length: 20_000 }, (_, at) => keyOf(NOW_MS + Math.floor(at / 3), at % 3));
    const { found, queries, expired, read } = walk(keys, false);
    expect(found).toEqual(keys);
    expect(expired).toBeLessThan(9);
    expect(read).toBeLessThan(keys.length * 1.2);
    expect(queries).toBeLessThan((keys.length / AIM) * 2 + 500);
  });

  it('of a small collection are two', () => {
    expect(walk([keyOf(NOW_MS, 1), 'x'], false)).toMatchObject({ queries: 2 });
  });
});
