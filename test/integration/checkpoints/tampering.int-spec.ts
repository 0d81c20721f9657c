import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { newId } from '../../../src/common/ids/ids.js';
import type { ActivityLog } from '../../../src/modules/activity/activity-log.js';
import { anEntry, AuditedLog, idMadeAgo } from './audited-log.js';

describe('verification of a log that was tampered with', () => {
  let log: AuditedLog;
  let orgId: string;
  /** In the order in which they were sealed. */
  let entries: ActivityLog[];

  beforeAll(async () => {
    log = await AuditedLog.start();
  });
  afterAll(async () => {
    await log.close();
    await log.stores.drop();
  });
  // Three checkpoints of 8 entries: 5 of clients, 3 of the outbox.
  beforeEach(async () => {
    orgId = newId();
    for (let n = 0; n < 3; n += 1) {
      await log.record(orgId, 5);
      await log.commit(orgId, 3);
      await log.seal();
    }
    entries = await log.collection.find({ organization_id: orgId }).sort({ _id: 1 }).toArray();
    const report = await log.verify(orgId);
    expect(report).toMatchObject({ checked: 24, unsealed: 0, findings: [], findingsTotal: 0 });
    expect(report.head?.sequence).toBe(3);
  });

  const at = (index: number): ActivityLog => {
    const entry = entries.at(index);
    if (!entry) throw new Error(`No entry ${index}`);
    return entry;
  };
  const set = async (index: number, fields: Record<string, unknown>): Promise<string> => {
    const { _id } = at(index);
    const { modifiedCount } = await log.collection.updateOne({ _id }, { $set: fields });
    expect(modifiedCount).toBe(1);
    return _id;
  };
  const deleteAt = async (...indexes: number[]): Promise<string[]> => {
    const ids = indexes.map((index) => at(index)._id);
    await log.collection.deleteMany({ _id: { $in: ids } });
    return ids;
  };

  describe.each([
    ['a client', 1],
    ['the outbox', 6],
  ])('an entry of %s', (_, index) => {
    it.each([
      ['event_type', 'user.praised'],
      ['user_id', 'somebody-else'],
      ['user_id', null],
      ['actor_id', '01981c7e-50aa-7d11-8e21-93b0a6f0c002'],
      ['api_key_id', '01981c7e-50aa-7d11-8e21-93b0a6f0c002'],
      ['resource_type', 'other'],
      ['resource_id', 'other'],
      ['source', 'other'],
      ['payload', { n: 1_000 }],
      ['payload.n', '1'],
      ['payload.more', null],
      ['payload.n', new Date(0)],
      ['organization_id', '01981c7e-50aa-7d11-8e21-93b0a6f0c002'],
    ])('is altered in %s', async (field, value) => {
      const id = await set(index, { [field]: value });
      expect(await log.findings(orgId)).toEqual([`altered ${id}`]);
    });

    it.each(['occurred_at', 'recorded_at'])('has another %s', async (field) => {
      const id = await set(index, { [field]: new Date(1_600_000_000_000) });
      expect(await log.findings(orgId)).toEqual([`reordered ${id}`]);
    });

    it('lost a covered field', async () => {
      const { _id } = at(index);
      await log.collection.updateOne({ _id }, { $unset: { api_key_id: '' } });
      expect(await log.findings(orgId)).toEqual([`altered ${_id}`]);
    });

    it('was deleted', async () => {
      const [id] = await deleteAt(index);
      expect(await log.findings(orgId)).toEqual([`deleted ${id}`]);
    });
  });

  it('finds the first entry deleted, and one in the middle', async () => {
    const ids = await deleteAt(0, 12);
    expect(await log.findings(orgId)).toEqual(ids.map((id) => `deleted ${id}`).toSorted());
  });

  it('finds the last entry cut off', async () => {
    const [id] = await deleteAt(-1);
    expect(await log.findings(orgId)).toEqual([`cut_off ${id}`]);
  });

  it('finds the tail cut off over several checkpoints, and tells it from one that was deleted before', async () => {
    const [deleted] = await deleteAt(3);
    const tail = await deleteAt(...Array.from({ length: 11 }, (_, n) => n - 11));
    expect(await log.findings(orgId)).toEqual(
      [...tail.map((id) => `cut_off ${id}`), `deleted ${deleted}`].toSorted(),
    );
  });

  it('finds all entries gone', async () => {
    await log.collection.deleteMany({ organization_id: orgId });
    expect(await log.findings(orgId)).toHaveLength(24);
  });

  it('finds two entries whose times were swapped', async () => {
    const times = ({ occurred_at, recorded_at }: ActivityLog) => ({ occurred_at, recorded_at });
    const ids = [await set(0, times(at(9))), await set(9, times(at(0)))];
    expect(await log.findings(orgId)).toEqual(ids.map((id) => `reordered ${id}`).toSorted());
  });

  it('finds two entries whose contents were swapped', async () => {
    const ids = [await set(0, { payload: at(1).payload }), await set(1, { payload: at(0).payload })];
    expect(await log.findings(orgId)).toEqual(ids.map((id) => `altered ${id}`).toSorted());
  });

  it.each([
    ['of a client', { source: 'api' as const }],
    ['of the outbox', { source: 'outbox' as const }],
    ['under an id that is none', { _id: 'forged' }],
    ['under an id that sorts between others', { _id: '01981c7e-zzzz' }],
    ['under an id of next year', { _id: idMadeAgo(-31_536_000_000) }],
  ])('finds a forged entry %s', async (_, overrides) => {
    const forged = anEntry(orgId, { _id: idMadeAgo(60_000), occurred_at: at(4).occurred_at, ...overrides });
    await log.collection.insertOne(forged);
    expect(await log.findings(orgId)).toEqual([`inserted ${forged._id}`]);
    await log.seal();
    expect(await log.findings(orgId)).toEqual([`inserted ${forged._id}`]);
    await log.collection.deleteOne({ _id: forged._id });
    expect(await log.findings(orgId)).toEqual([]);
  });

  it('finds an entry of the outbox without an event, also where it is as young as honest ones', async () => {
    const forged = anEntry(orgId, { source: 'outbox' });
    await log.collection.insertOne(forged);
    await log.seal();
    expect(await log.findings(orgId)).toEqual([`inserted ${forged._id}`]);
  });

  it('finds an entry that was moved from another organisation in both', async () => {
    const other = newId();
    const [moved] = await log.record(other, 1);
    await log.seal();
    await log.collection.updateOne({ _id: moved?._id ?? '' }, { $set: { organization_id: orgId } });
    expect(await log.findings(orgId)).toEqual([`inserted ${moved?._id}`]);
    expect(await log.findings(other)).toEqual([`altered ${moved?._id}`]);
  });

  it('finds an entry of the outbox that was altered or deleted before it was sealed', async () => {
    await log.commit(orgId, 3);
    const young = await log.collection
      .find({ organization_id: orgId, _id: { $gt: at(-1)._id } })
      .sort({ _id: 1 })
      .toArray();
    const ids = young.map(({ _id }) => _id);
    await log.collection.updateOne({ _id: ids[0] ?? '' }, { $set: { 'payload.n': 77 } });
    await log.collection.deleteOne({ _id: ids[1] ?? '' });
    await log.seal();
    expect(await log.findings(orgId)).toEqual([`altered ${ids[0]}`, `deleted ${ids[1]}`]);
  });

  it('does not mind what may change: the address, and fields that nobody declared', async () => {
    await set(0, { user_email: 'renamed@example.com' });
    await set(6, { user_email: null });
    await log.collection.updateOne({ _id: at(7)._id }, { $unset: { user_email: '' } });
    await set(8, { indexed_by: 'a later version' });
    expect(await log.findings(orgId)).toEqual([]);
  });

  it('looks at the times of a range alone', async () => {
    const [early, late] = [at(2), at(20)];
    await log.collection.deleteMany({ _id: { $in: [early._id, late._id] } });
    const to = new Date(late.occurred_at.getTime());
    expect(await log.findings(orgId, { to })).toEqual([`deleted ${early._id}`]);
    expect(await log.findings(orgId, { from: to })).toEqual([`deleted ${late._id}`]);
    const { checked } = await log.verify(orgId, { from: new Date(0), to: new Date(1) });
    expect(checked).toBe(0);
  });

  it('finds a forged entry in a range, and one that was moved out of it', async () => {
    const id = await set(4, { occurred_at: new Date(1_600_000_000_000) });
    const forged = anEntry(orgId, { _id: idMadeAgo(60_000), occurred_at: at(6).occurred_at });
    await log.collection.insertOne(forged);
    const [from, to] = [at(0).occurred_at, new Date(at(-1).occurred_at.getTime() + 1)];
    expect(await log.findings(orgId, { from, to })).toEqual([`inserted ${forged._id}`, `reordered ${id}`]);
  });

  it('counts more findings than it names', async () => {
    const big = newId();
    await log.record(big, 300);
    await log.seal();
    await log.collection.updateMany({ organization_id: big }, { $set: { event_type: 'changed' } });
    const altered = await log.verify(big);
    expect([altered.findings.length, altered.findingsTotal]).toEqual([100, 300]);
    await log.collection.deleteMany({ organization_id: big });
    const gone = await log.verify(big);
    expect([gone.findings.length, gone.findingsTotal]).toEqual([100, 300]);
  });

  it('finds inserted entries with the ids in memory bounded', async () => {
    const small = await AuditedLog.start({ stores: log.stores, tuning: { idsAtOnce: 5 } });
    const forged = Array.from({ length: 7 }, () => anEntry(orgId, { _id: idMadeAgo(60_000) }));
    await log.collection.insertMany(forged);
    expect(await small.findings(orgId)).toEqual(forged.map(({ _id }) => `inserted ${_id}`).toSorted());
    await small.close();
  });
});
