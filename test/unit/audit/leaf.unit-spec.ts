import { describe, expect, it } from 'vitest';

import { newId } from '../../../src/common/ids/ids.js';
import { madeAt, idFloor } from '../../../src/modules/audit/checkpoints/entry-ids.js';
import {
  COVERED_FIELDS,
  differenceOf,
  leafOf,
  LEAF_BYTES,
  packLeaves,
  unpackLeaves,
} from '../../../src/modules/audit/checkpoints/leaf.js';
import { activityLogSchema } from '../../../src/modules/activity/activity-log.schema.js';

const entry = (overrides: Record<string, unknown> = {}) => ({
  _id: '01981c7e-52a0-7b5e-9d42-0f3f6f1f8a11',
  organization_id: newId(),
  event_type: 'page_view',
  payload: { n: 1 },
  occurred_at: new Date(1_700_000_000_123),
  recorded_at: new Date(1_700_000_000_456),
  ...overrides,
});

describe('a leaf', () => {
  it('covers every field of an entry but the address', () => {
    const covered = [...COVERED_FIELDS, 'occurred_at', 'recorded_at', 'user_email'];
    expect(covered.toSorted()).toEqual(Object.keys(activityLogSchema.paths).toSorted());
  });

  it('comes back from its 64 bytes, in the order of ids', () => {
    const ids = [newId(), newId(), newId()];
    const leaves = ids.map((id) => leafOf(id, entry({ _id: id })));
    const packed = packLeaves(leaves.toReversed());
    expect(packed).toHaveLength(3 * LEAF_BYTES);
    expect(unpackLeaves(packed)).toEqual(leaves);
  });

  it('keeps times before 1970 and after 9999', () => {
    for (const ms of [-62_167_219_200_000, 8_640_000_000_000_000]) {
      const leaf = leafOf(newId(), entry({ occurred_at: new Date(ms) }));
      expect(unpackLeaves(packLeaves([leaf]))[0]?.occurredAtMs).toBe(ms);
    }
  });

  it('says what differs: content before times', () => {
    const before = entry();
    const leaf = leafOf(before._id, before);
    expect(differenceOf(leaf, { ...before, user_email: 'a@example.com' })).toBeNull();
    expect(differenceOf(leaf, { ...before, recorded_at: new Date(0) })).toBe('reordered');
    expect(differenceOf(leaf, { ...before, recorded_at: '2023-11-14T22:13:20.456Z' })).toBe('reordered');
    expect(differenceOf(leaf, { ...before, recorded_at: new Date(0), payload: {} })).toBe('altered');
  });
});

describe('the ids of a moment', () => {
  it('are not below its floor, and those of earlier moments are', () => {
    const id = newId();
    const ms = madeAt(id).getTime();
    expect(Math.abs(Date.now() - ms)).toBeLessThan(1_000);
    expect(idFloor(ms) < id).toBe(true);
    expect(idFloor(ms + 1) > id).toBe(true);
  });
});
