import { describe, expect, it } from 'vitest';

import { newId } from '../../../src/common/ids/ids.js';
import type { StoredEntry } from '../../../src/modules/audit/checkpoints/audited-entries.mongo.repository.js';
import { leafOf } from '../../../src/modules/audit/checkpoints/leaf.js';
import { type Known, sealBatch } from '../../../src/modules/audit/checkpoints/seal-batch.js';

const orgId = newId();
const entry = (source: string, overrides: Record<string, unknown> = {}): StoredEntry => {
  const now = new Date();
  return { _id: newId(), organization_id: orgId, source, occurred_at: now, recorded_at: now, ...overrides };
};
const known = (overrides: Partial<Known> = {}): Known => ({
  entries: [],
  witnesses: [],
  undelivered: new Set(),
  logBeginning: '00000000-0000-0000-0000-000000000001',
  ...overrides,
});

describe('sealBatch', () => {
  it('seals an entry of a client as it is', () => {
    const found = entry('api');
    const { leaves, awaited } = sealBatch([found._id], known({ entries: [found] }));
    expect(leaves.get(orgId)).toEqual([leafOf(found._id, found)]);
    expect(awaited).toEqual([]);
  });

  it('seals an entry of the outbox as its event says, whatever MongoDB says, and also where it is gone', () => {
    const truth = entry('outbox');
    const witnesses = [{ id: truth._id, entry: truth }];
    for (const entries of [[truth], [{ ...truth, event_type: 'forged' }], []]) {
      const { leaves } = sealBatch([truth._id], known({ entries, witnesses }));
      expect(leaves.get(orgId)).toEqual([leafOf(truth._id, truth)]);
    }
  });

  it('awaits what is not delivered yet, and seals it where it is there already', () => {
    const truth = entry('outbox');
    const waiting = { witnesses: [{ id: truth._id, entry: truth }], undelivered: new Set([truth._id]) };
    expect(sealBatch([truth._id], known(waiting))).toEqual({ leaves: new Map(), awaited: [truth._id] });
    const there = sealBatch([truth._id], known({ ...waiting, entries: [truth] }));
    expect([there.leaves.get(orgId)?.length, there.awaited]).toEqual([1, []]);
  });

  it('does not seal an entry of the outbox without an event, unless the log has forgotten events that old', () => {
    const found = entry('outbox');
    expect(sealBatch([found._id], known({ entries: [found] })).leaves.size).toBe(0);
    expect(sealBatch([found._id], known({ entries: [found], logBeginning: newId() })).leaves.size).toBe(1);
  });

  it('seals an entry as it is where its event cannot be read by this version', () => {
    const found = entry('outbox');
    const witnesses = [{ id: found._id, entry: null }];
    expect(sealBatch([found._id], known({ entries: [found], witnesses })).leaves.size).toBe(1);
    expect(sealBatch([found._id], known({ witnesses })).leaves.size).toBe(0);
  });

  it.each([
    { occurred_at: 'yesterday' },
    { recorded_at: null },
    { organization_id: 'none' },
    { organization_id: { $ne: '' } },
  ])('does not seal what the application never writes: %j', (overrides) => {
    const found = entry('api', overrides);
    expect(sealBatch([found._id], known({ entries: [found] })).leaves.size).toBe(0);
  });
});
