import { describe, expect, it } from 'vitest';

import { narrowedFilter } from '../../../src/stores/mongo/narrowed-filter.js';

const INDEXES = [
  [{ organization_id: 1, user_id: 1, at: -1 }, {}],
  [{ organization_id: 1, key: 1 }, { unique: true }],
  [{ organization_id: 1, hidden: 1 }, { sparse: true }],
] as const;
const narrowed = (filter: Record<string, unknown>) => narrowedFilter(filter, INDEXES);

describe('a filter for SecantusDB', () => {
  it('separates what one index covers from the rest, both with the organisation', () => {
    const filter = { organization_id: 'o', user_id: 'u', removed_at: null, at: { $gte: 1, $lt: 2 } };
    expect(narrowed(filter)).toEqual({
      $and: [
        { organization_id: 'o', user_id: 'u', at: { $gte: 1, $lt: 2 } },
        { organization_id: 'o', removed_at: null },
      ],
    });
    expect(narrowed({ organization_id: 'o', key: 'k', $or: [{ a: 1 }, { b: 1 }] })).toEqual({
      $and: [
        { organization_id: 'o', key: 'k' },
        { organization_id: 'o', $or: [{ a: 1 }, { b: 1 }] },
      ],
    });
  });

  it('begins with the id, which finds the document alone', () => {
    expect(Object.keys(narrowed({ organization_id: 'o', _id: 'i', removed_at: null }))[0]).toBe('_id');
    expect(Object.keys(narrowed({ organization_id: 'o', _id: { $in: ['i'] } }))[0]).toBe('_id');
  });

  it('stays as it is where an index covers all of it, or only its first condition', () => {
    for (const filter of [
      {},
      { organization_id: 'o', user_id: 'u' },
      { organization_id: 'o', removed_at: null },
      { organization_id: 'o', hidden: true, removed_at: null },
      { organization_id: 'o', _id: { $gt: 'i' }, removed_at: null },
      { user_id: 'u', removed_at: null },
    ])
      expect(narrowed(filter)).toBe(filter);
  });
});
