import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { newId } from '../../../src/common/ids/ids.js';
import {
  EntryAddresses,
  type OutdatedEntry,
} from '../../../src/flows/projections/entry-addresses.mongo.repository.js';
import { anEntry, AuditedLog } from '../checkpoints/audited-log.js';

/** More than one update names. */
const ENTRIES = 250;

describe('the addresses of entries', () => {
  let log: AuditedLog;
  beforeAll(async () => {
    log = await AuditedLog.start();
  });
  afterAll(async () => {
    await log.close();
    await log.stores.drop();
  });

  it('change in each entry that was read, unless somebody has changed it since', async () => {
    const userId = newId();
    const about = (user_email: string | null) => anEntry(newId(), { user_id: userId, user_email });
    const entries = Array.from({ length: ENTRIES }, (_, n) =>
      about(n % 2 === 0 ? 'a@example.com' : 'b@example.com'),
    );
    const strangers = [about(null), anEntry(newId(), { user_email: 'a@example.com' })];
    await log.collection.insertMany([...entries, ...strangers]);
    const addresses = log.flows.get(EntryAddresses);
    const read: OutdatedEntry[] = [];
    for await (const batch of addresses.outdated(userId, 'new@example.com', 100)) read.push(...batch);
    expect(read.map(({ _id }) => _id).sort()).toEqual(entries.map(({ _id }) => _id).sort());

    const [first] = entries;
    await log.collection.updateOne({ _id: first?._id ?? '' }, { $set: { user_email: 'newer@example.com' } });
    expect(await addresses.replace(read, 'new@example.com')).toBe(ENTRIES - 1);
    const count = (user_email: string | null) => log.collection.countDocuments({ user_email });
    expect(await count('new@example.com')).toBe(ENTRIES - 1);
    expect(await log.collection.findOne({ _id: first?._id ?? '' })).toMatchObject({
      user_email: 'newer@example.com',
    });
    expect([await count('a@example.com'), await count(null)]).toEqual([1, 1]);
  });
});
