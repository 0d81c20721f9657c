import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { newId } from '../../../src/common/ids/ids.js';
import { AuditedEntries } from '../../../src/modules/audit/checkpoints/audited-entries.mongo.repository.js';
import { FIRST_ID, idFloor } from '../../../src/modules/audit/checkpoints/entry-ids.js';
import { anEntry, AuditedLog, idMadeAgo } from './audited-log.js';

const DAY_MS = 86_400_000;

describe('the pages of the activity log', () => {
  let log: AuditedLog;
  beforeEach(async () => {
    log = await AuditedLog.start({ tuning: { pageSize: 5 } });
  });
  afterEach(async () => {
    await log.close();
    await log.stores.drop();
  });

  const walk = async (limit: number): Promise<string[]> => {
    const ids: string[] = [];
    const end = idFloor(Date.now() + 60_000);
    for (let last = FIRST_ID; ;) {
      const page = await log.flows.get(AuditedEntries).page(last, end, limit);
      expect(page.length).toBeLessThanOrEqual(limit);
      ids.push(...page.map(({ _id }) => _id));
      last = page.at(-1)?._id ?? end;
      if (page.length < limit) return ids;
    }
  };

  it('have each entry once, in the order of ids, across months without any', async () => {
    const orgId = newId();
    const agoMs = [400, 400, 90, 89, 3, 0, 0, 0].map((days) => days * DAY_MS);
    const entries = agoMs.map((ms) => anEntry(orgId, { _id: idMadeAgo(ms) }));
    await log.collection.insertMany(entries);
    const expected = entries.map(({ _id }) => _id).sort();
    for (const limit of [1, 2, 3, 7, 8, 100]) expect(await walk(limit)).toEqual(expected);
  });

  it('are not held up by keys that are no ids, however many there are', async () => {
    const orgId = newId();
    const recorded = await log.record(orgId, 10);
    const [first, , , fourth] = recorded;
    const keys = [...Array(30).keys()].flatMap((n) => [
      `${first?._id}-${n}`,
      `${fourth?._id.slice(0, 9)}z${n}`,
    ]);
    await log.collection.insertMany(keys.map((_id) => anEntry(orgId, { _id })));
    const expected = recorded.map(({ _id }) => _id).sort();
    for (const limit of [1, 3, 50]) expect(await walk(limit)).toEqual(expected);
    await log.seal();
    expect(await log.verify(orgId)).toMatchObject({ checked: 10, unsealed: 0, findingsTotal: 60 });
    await log.record(orgId, 3);
    await log.seal();
    expect(await log.verify(orgId)).toMatchObject({ checked: 13, unsealed: 0, findingsTotal: 60 });
  });
});
