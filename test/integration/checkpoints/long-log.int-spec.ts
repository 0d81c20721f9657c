import { randomBytes } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { newId } from '../../../src/common/ids/ids.js';
import { AuditedEntries } from '../../../src/modules/audit/checkpoints/audited-entries.mongo.repository.js';
import { FIRST_ID, idFloor } from '../../../src/modules/audit/checkpoints/entry-ids.js';
import { anEntry, AuditedLog, idMadeAgo } from './audited-log.js';

/** `FULL=1`: as many as are promised. */
const ENTRIES = process.env['FULL'] === '1' ? 100_000 : 20_000;
const GROUP = 1_000;
const PAGE = 500;
const SAMPLES = 10;
const MEBIBYTE = 2 ** 20;

interface Measured<T> {
  result: T;
  seconds: number;
  /** The most that was in use beyond what was in use before. */
  growthMiB: number;
}

async function measured<T>(work: () => Promise<T>): Promise<Measured<T>> {
  const use = (): number => process.memoryUsage().rss;
  const before = use();
  let most = before;
  const sampling = setInterval(() => (most = Math.max(most, use())), 20);
  const startedAt = performance.now();
  const result = await work().finally(() => clearInterval(sampling));
  const seconds = (performance.now() - startedAt) / 1_000;
  return { result, seconds, growthMiB: (Math.max(most, use()) - before) / MEBIBYTE };
}

describe(`a log of ${ENTRIES} entries`, () => {
  let log: AuditedLog;
  const orgId = newId();

  beforeAll(async () => {
    log = await AuditedLog.start();
    await log.collection.createIndex({ organization_id: 1, occurred_at: -1, _id: -1 });
    for (let written = 0; written < ENTRIES; written += GROUP) {
      const entries = Array.from({ length: GROUP }, () =>
        anEntry(orgId, {
          payload: { page: '/dashboard', duration_ms: 1_500, token: randomBytes(32).toString('hex') },
        }),
      );
      await log.collection.insertMany(entries);
    }
  }, 300_000);
  afterAll(async () => {
    await log.close();
    await log.stores.drop();
  });

  const print = (what: string, { seconds, growthMiB }: Measured<unknown>): void => {
    const rate = Math.round(ENTRIES / seconds);
    process.stdout.write(
      `    ${what}: ${seconds.toFixed(1)} s (${rate}/s), ${growthMiB.toFixed(0)} MiB of memory\n`,
    );
  };

  it('is read at one pace, however much of it is still to come', async () => {
    const entries = log.flows.get(AuditedEntries);
    const end = idFloor(Date.now() + 60_000);
    const ids: string[] = [];
    for (let last = FIRST_ID, count = PAGE; count === PAGE;) {
      const page = await entries.page(last, end, PAGE);
      ids.push(...page.map(({ _id }) => _id));
      last = page.at(-1)?._id ?? end;
      count = page.length;
    }
    expect(ids).toEqual([...new Set(ids)].sort());
    expect(ids).toHaveLength(ENTRIES);

    const took = async (after: string): Promise<number> => {
      const startedAt = performance.now();
      expect(await entries.page(after, end, PAGE)).toHaveLength(PAGE);
      return performance.now() - startedAt;
    };
    // In turn, and the best of each: other programs on the machine can only add to it.
    const pages: Record<'first' | 'last', number>[] = [];
    for (let n = 0; n < SAMPLES; n += 1)
      pages.push({ first: await took(ids[0] ?? ''), last: await took(ids.at(-PAGE - 1) ?? '') });
    const first = Math.min(...pages.map((page) => page.first));
    const last = Math.min(...pages.map((page) => page.last));
    process.stdout.write(
      `    a page at the beginning ${first.toFixed(1)} ms, at the end ${last.toFixed(1)} ms\n`,
    );
    expect(first).toBeLessThan(3 * last);
  }, 300_000);

  it('is sealed in few bytes for each entry', async () => {
    print('sealed', await measured(() => log.seal()));
    const [size] = await log.sql<{ bytes: number; rows: number }[]>`
      select pg_total_relation_size('audit_checkpoints')::int as bytes, count(*)::int as rows from audit_checkpoints`;
    const each = (size?.bytes ?? 0) / ENTRIES;
    process.stdout.write(
      `    ${size?.rows} checkpoints, ${each.toFixed(1)} bytes in PostgreSQL for each entry\n`,
    );
    expect(each).toBeGreaterThan(32);
    expect(each).toBeLessThan(80);
  }, 300_000);

  it('is verified in memory that does not grow with it', async () => {
    const clean = await measured(() => log.verify(orgId));
    print('verified', clean);
    expect(clean.result).toMatchObject({ checked: ENTRIES, unsealed: 0, findingsTotal: 0 });
    expect(clean.growthMiB).toBeLessThan(200);
  }, 300_000);

  it('is searched for the one entry that was inserted', async () => {
    const forged = anEntry(orgId, { _id: idMadeAgo(3_600_000) });
    await log.collection.insertOne(forged);
    const found = await measured(() => log.verify(orgId));
    print('verified and searched', found);
    expect(found.result.findings).toMatchObject([{ kind: 'inserted', entryId: forged._id }]);
    expect(found.growthMiB).toBeLessThan(200);
  }, 300_000);
});
