import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { newId } from '../../../src/common/ids/ids.js';
import {
  EntryAddresses,
  type OutdatedEntry,
} from '../../../src/flows/projections/entry-addresses.mongo.repository.js';
import { anEntry, AuditedLog } from '../checkpoints/audited-log.js';

/** More than one update names. */
const ENTRIES = 250;
/** More than one range. */
const NEIGHBOURS = 3_000;

describe('the addresses of entries', () => {
  let log: AuditedLog;
  beforeAll(async () => {
    log = await AuditedLog.start();
  });
  afterAll(async () => {
    await log.close();
    await log.stores.drop();
  });

  const addresses = () => log.flows.get(EntryAddresses);
  const count = (user_id: string, user_email: string | null) =>
    log.collection.countDocuments({ user_id, user_email });
  async function readAll(userId: string, address: string | null, batch: number): Promise<OutdatedEntry[][]> {
    const batches: OutdatedEntry[][] = [];
    for await (const read of addresses().outdated(userId, address, batch)) batches.push(read);
    return batches;
  }

  it('change in each entry that was read, unless somebody has changed it since', async () => {
    const userId = newId();
    const about = (user_email: string | null) => anEntry(newId(), { user_id: userId, user_email });
    const entries = Array.from({ length: ENTRIES }, (_, n) =>
      about(n % 2 === 0 ? 'a@example.com' : 'b@example.com'),
    );
    const strangers = [about(null), anEntry(newId(), { user_email: 'a@example.com' })];
    await log.collection.insertMany([...entries, ...strangers]);
    const read = (await readAll(userId, 'new@example.com', 100)).flat();
    expect(read.map(({ _id }) => _id).sort()).toEqual(entries.map(({ _id }) => _id).sort());

    const [first] = entries;
    await log.collection.updateOne({ _id: first?._id ?? '' }, { $set: { user_email: 'newer@example.com' } });
    expect(await addresses().replace(read, 'new@example.com')).toBe(ENTRIES - 1);
    expect(await count(userId, 'new@example.com')).toBe(ENTRIES - 1);
    expect(await log.collection.findOne({ _id: first?._id ?? '' })).toMatchObject({
      user_email: 'newer@example.com',
    });
    expect([await count('user-1', 'a@example.com'), await count(userId, null)]).toEqual([1, 1]);
  });

  // Names that a pipeline would read as the field of that name.
  it.each(['new@example.com', '$user_id', null])(
    'change to %p in the neighbours of a batch alone',
    async (address) => {
      const [userId, elsewhere, orgId] = [newId(), newId(), newId()];
      const start = Date.now();
      // A crowd of one moment in the middle; else three share each moment.
      const momentOf = (n: number) => new Date(start + (n >= 600 && n < 900 ? 200 : Math.floor(n / 3)));
      const entries = Array.from({ length: NEIGHBOURS }, (_, n) =>
        anEntry(n % 10 === 0 ? elsewhere : orgId, {
          user_id: userId,
          user_email: n % 100 === 7 ? '$user_email' : 'a@example.com',
          occurred_at: momentOf(n),
        }),
      );
      const others = [
        anEntry(orgId, { user_id: userId, user_email: null, occurred_at: momentOf(1_500) }),
        anEntry(orgId, { user_id: newId(), user_email: 'a@example.com', occurred_at: momentOf(1_500) }),
      ];
      await log.collection.insertMany([...entries, ...others]);
      const batches = await readAll(userId, address, 700);
      expect(batches.map(({ length }) => length).reduce((sum, length) => sum + length)).toBe(NEIGHBOURS);
      const changed = { _id: entries[1_000]?._id ?? '' };
      await log.collection.updateOne(changed, { $set: { user_email: 'newer@example.com' } });

      const counts: number[] = [];
      for (const batch of batches) {
        counts.push(batch.length - (await addresses().replaceNeighbours(userId, batch, address)));
      }
      expect(counts.sort()).toEqual([0, 0, 0, 0, 1]);
      expect(await log.collection.findOne(changed)).toMatchObject({ user_email: 'newer@example.com' });
      expect(await count(userId, address)).toBe(NEIGHBOURS - 1 + (address === null ? 1 : 0));
      expect(await log.collection.findOne({ _id: others[1]?._id ?? '' })).toMatchObject({
        user_email: 'a@example.com',
      });
    },
  );

  it('change where an entry has no moment, which no range would find', async () => {
    const userId = newId();
    const entries = Array.from({ length: 10 }, () => anEntry(newId(), { user_id: userId, user_email: 'a' }));
    await log.collection.insertMany(entries);
    await log.collection.updateOne({ _id: entries[5]?._id ?? '' }, { $unset: { occurred_at: 1 } });
    const [batch = []] = await readAll(userId, 'b', 100);
    expect(await addresses().replaceNeighbours(userId, batch, 'b')).toBe(10);
    expect(await count(userId, 'b')).toBe(10);
  });
});
