import { hash } from 'node:crypto';

import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { applyPatch } from 'rfc6902';

import { checksumOf } from '../../../src/modules/configs/config-checksum.js';
import { patchBetween } from '../../../src/common/json/patch-between.js';

const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown);

describe('the checksum of a config', () => {
  it('is the SHA-256 of the canonical JSON', () => {
    expect(checksumOf({ b: 1, a: [] })).toBe(hash('sha256', '{"a":[],"b":1}'));
    expect(checksumOf({})).toBe('44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
  });

  it('depends on the content and not on the order of members', () => {
    fc.assert(
      fc.property(json, json, (one, other) => {
        const isEqual = checksumOf(one) === checksumOf(other);
        expect(isEqual).toBe(JSON.stringify(sorted(one)) === JSON.stringify(sorted(other)));
      }),
      { numRuns: 300 },
    );
  });
});

describe('the patch between two versions', () => {
  it('turns the one into the other', () => {
    fc.assert(
      fc.property(json, json, (one, other) => {
        const document = { content: structuredClone(one) };
        const patch = patchBetween(document, { content: other });
        expect(applyPatch(document, patch).filter((error) => error !== null)).toEqual([]);
        expect(document).toEqual({ content: other });
      }),
      { numRuns: 300 },
    );
  });

  it('replaces long arrays instead of comparing each element with each', () => {
    const from = { list: Array.from({ length: 20_000 }, (_, index) => index) };
    const to = { list: Array.from({ length: 20_000 }, (_, index) => index + 1) };
    expect(patchBetween(from, to)).toEqual([{ op: 'replace', path: '/list', value: to.list }]);
  });
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? 0 : value;
  const entries = Object.entries(value).map(([key, member]) => [key, sorted(member)] as const);
  return { members: entries.toSorted(([a], [b]) => (a < b ? -1 : 1)) };
}
