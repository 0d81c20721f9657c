import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { newId } from '../../../src/common/ids/ids.js';
import { type OutdatedStretch, sizeOf } from '../../../src/flows/outbox/addressed-entries.js';
import { EntryAddresses } from '../../../src/modules/activity/entry-addresses.mongo.repository.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { anEntry, AuditedLog } from '../checkpoints/audited-log.js';

/** More than one update names. */
const ENTRIES = 250;
/** More than one update has. */
const NEIGHBOURS = 3_000;
const BATCH = 700;

describe('the addresses of entries', () => {
  let log: AuditedLog;
  beforeAll(async () => {
    log = await AuditedLog.start();
  });
  afterAll(async () => {
    await log.close();
    await log.stores.drop();
  });

  const addresses = () => new EntryAddresses(log.flows.get(Mongo));
  const count = (user_id: string, user_email: string | null) =>
    log.collection.countDocuments({ user_id, user_email });
  async function readAll(userId: string, address: string | null): Promise<OutdatedStretch[][]> {
    const batches: OutdatedStretch[][] = [];
    for await (const read of addresses().outdated(userId, address, BATCH)) batches.push(read);
    return batches;
  }

  it('change in each entry that is named, unless somebody has changed it since', async () => {
    const userId = newId();
    const about = (user_email: string | null) => anEntry(newId(), { user_id: userId, user_email });
    const entries = Array.from({ length: ENTRIES }, (_, n) =>
      about(n % 2 === 0 ? 'a@example.com' : 'b@example.com'),
    );
    const strangers = [about(null), anEntry(newId(), { user_email: 'a@example.com' })];
    await log.collection.insertMany([...entries, ...strangers]);
    expect(sizeOf((await readAll(userId, 'new@example.com')).flat())).toBe(ENTRIES);
    expect(sizeOf((await readAll(userId, 'a@example.com')).flat())).toBe(ENTRIES / 2);

    const [first] = entries;
    await log.collection.updateOne({ _id: first?._id ?? '' }, { $set: { user_email: 'newer@example.com' } });
    expect(await addresses().replace(entries, 'new@example.com')).toBe(ENTRIES - 1);
    expect(await count(userId, 'new@example.com')).toBe(ENTRIES - 1);
    expect(await log.collection.findOne({ _id: first?._id ?? '' })).toMatchObject({
      user_email: 'newer@example.com',
    });
    expect([await count('user-1', 'a@example.com'), await count(userId, null)]).toEqual([1, 1]);
  });

  // Names that a pipeline would read as the field of that name.
  it.each(['new@example.com', '$user_id', null])(
    'change to %p in the stretches that were read alone',
    async (address) => {
      const [userId, elsewhere, orgId] = [newId(), newId(), newId()];
      const start = Date.now();
      // A crowd of one moment in the middle, more than an update has of others; else three share each moment.
      const momentOf = (n: number) =>
        new Date(start + 10 * (n >= 600 && n < 1_600 ? 200 : Math.floor(n / 3)));
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
      const batches = await readAll(userId, address);
      expect(batches.map(sizeOf).reduce((sum, size) => sum + size)).toBe(NEIGHBOURS);
      expect(batches.length).toBeGreaterThan(1);
      const changed = { _id: entries[1_000]?._id ?? '' };
      await log.collection.updateOne(changed, { $set: { user_email: 'newer@example.com' } });

      const missing: number[] = [];
      for (const batch of batches)
        missing.push(sizeOf(batch) - (await addresses().replaceWithin(userId, batch, address)));
      expect(missing.filter((size) => size !== 0)).toEqual([1]);
      expect(await log.collection.findOne(changed)).toMatchObject({ user_email: 'newer@example.com' });
      expect(await count(userId, address)).toBe(NEIGHBOURS - 1 + (address === null ? 1 : 0));
      expect(await log.collection.findOne({ _id: others[1]?._id ?? '' })).toMatchObject({
        user_email: 'a@example.com',
      });
    },
  );

  it('change where an entry has no moment, and not twice beside those that have one', async () => {
    const [userId, orgId] = [newId(), newId()];
    const entries = Array.from({ length: 10 }, () => anEntry(orgId, { user_id: userId, user_email: 'a' }));
    await log.collection.insertMany(entries);
    await log.collection.updateOne({ _id: entries[5]?._id ?? '' }, { $unset: { occurred_at: 1 } });
    const noDate = 'yesterday' as unknown as Date;
    await log.collection.updateOne({ _id: entries[6]?._id ?? '' }, { $set: { occurred_at: noDate } });
    const [batch = []] = await readAll(userId, 'b');
    expect(batch.filter(({ time }) => time === null).map((stretch) => stretch.count)).toEqual([2]);
    expect(await addresses().replaceWithin(userId, batch, 'b')).toBe(10);
    expect(await count(userId, 'b')).toBe(10);
  });
});
