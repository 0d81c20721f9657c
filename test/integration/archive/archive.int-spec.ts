import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { newId } from '../../../src/common/ids/ids.js';
import { Archive } from '../../../src/flows/archive/archive.js';
import { ExpiredDocuments } from '../../../src/flows/archive/expired-documents.mongo.repository.js';
import { Reconciliation } from '../../../src/flows/reconciliation/reconciliation.js';
import {
  ANALYTICS_COLLECTION,
  type AnalyticsEvent,
  bucketsOf,
} from '../../../src/modules/analytics/analytics-event.js';
import { ROLL_UPS_COLLECTION } from '../../../src/modules/analytics/roll-up.js';
import { REQUEST_LOGS_COLLECTION, type RequestLog } from '../../../src/modules/request-logs/request-log.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { createTestApp, type TestApp } from '../../support/test-app.js';

const DAY_MS = 86_400_000;
const lineShape = z.looseObject({ _id: z.string(), organization_id: z.string().nullable() });

describe('the archive', () => {
  let t: TestApp;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'triptych-archive-'));
    t = await createTestApp({ ARCHIVE_DIR: folder });
  });
  afterAll(async () => {
    await t.close();
    await rm(folder, { recursive: true });
  });
  beforeEach(async () => {
    await rm(folder, { recursive: true });
    await events().deleteMany({});
  });

  const events = () => t.app.get(Mongo).collection<AnalyticsEvent>(ANALYTICS_COLLECTION);
  const archive = () => t.app.get(Archive, { strict: false });
  const daysAgo = (days: number, ms = 0) =>
    new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS - days * DAY_MS + ms);

  async function addEvents(count: number, at: (n: number) => Date): Promise<string[]> {
    const made = Array.from({ length: count }, (_, n): AnalyticsEvent => {
      const id = newId();
      const timestamp = at(n);
      return {
        ...{ _id: id, organization_id: t.tenant.orgId, event_name: 'old', event_category: null },
        ...{ user_id: 'secret-person', anonymous_id: null, properties: { secret: 'secret-value' } },
        ...{ message_id: id, timestamp, received_at: timestamp, ...bucketsOf(timestamp) },
      };
    });
    await events().insertMany(made);
    return made.map(({ _id }) => _id);
  }

  async function archived(): Promise<{ files: string[]; ids: string[]; text: string }> {
    const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.gz')).sort();
    const texts = await Promise.all(
      names.map(async (name) => gunzipSync(await readFile(path.join(folder, name))).toString()),
    );
    const text = texts.join('');
    const ids = text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => lineShape.parse(JSON.parse(line))._id);
    return { files: names, ids, text };
  }

  it('holds what is beyond its retention, by day, without persons and properties, and nothing else goes', async () => {
    const old = await addEvents(300, (n) => daysAgo(401 + (n % 3), n * 1_000));
    const kept = await addEvents(20, (n) => daysAgo(400 - (n % 2), n));
    const rollUps = t.app.get(Mongo).collection(ROLL_UPS_COLLECTION);
    const before = await rollUps.find().toArray();
    const result = await archive().run();
    expect(result).toMatchObject({ files: 3, removed: { [ANALYTICS_COLLECTION]: 300 } });
    const { files, ids, text } = await archived();
    expect(files).toHaveLength(3);
    expect(new Set(ids)).toEqual(new Set(old));
    expect([ids.length, text.includes('secret')]).toEqual([300, false]);
    const left = await events().find().toArray();
    expect(new Set(left.map(({ _id }) => _id))).toEqual(new Set(kept));
    expect(await rollUps.find().toArray()).toEqual(before);
    expect((await archive().run()).files).toBe(0);
  });

  it('is the same after a run that was killed between the file and the removal', async () => {
    const old = await addEvents(100, (n) => daysAgo(405, n * 60_000));
    const documents = t.app.get(ExpiredDocuments, { strict: false });
    const remove = documents.remove.bind(documents);
    documents.remove = async (collection, ids) => {
      await remove(collection, ids.slice(0, 40));
      throw new Error('killed');
    };
    await expect(archive().run()).rejects.toThrow('killed');
    documents.remove = remove;
    // One that came late, from the spool.
    const [late = ''] = await addEvents(1, () => daysAgo(405));
    await archive().run();
    const { files, ids } = await archived();
    expect([files.length, ids.length]).toEqual([2, 101]);
    expect(new Set(ids)).toEqual(new Set([...old, late]));
    expect(await events().countDocuments()).toBe(0);
  });

  it('removes nothing for a file that is damaged, and writes another', async () => {
    const old = await addEvents(10, (n) => daysAgo(410, n));
    const documents = t.app.get(ExpiredDocuments, { strict: false });
    const remove = documents.remove.bind(documents);
    documents.remove = () => Promise.reject(new Error('killed'));
    await expect(archive().run()).rejects.toThrow('killed');
    documents.remove = remove;
    const [damaged = ''] = (await archived()).files;
    await writeFile(path.join(folder, damaged), 'damaged');
    await archive().run();
    const [, second = ''] = (await readdir(folder, { recursive: true }))
      .filter((n) => n.endsWith('.gz'))
      .sort();
    const text = gunzipSync(await readFile(path.join(folder, second))).toString();
    expect(text.trimEnd().split('\n')).toHaveLength(old.length);
    expect(await events().countDocuments()).toBe(0);
  });

  it('takes request logs, those of no organisation too, and db:verify finds nothing afterwards', async () => {
    const logs = t.app.get(Mongo).collection<RequestLog>(REQUEST_LOGS_COLLECTION);
    const log = (organization_id: string | null): RequestLog => ({
      ...{ _id: newId(), timestamp: daysAgo(40), level: 'info', organization_id, user_id: 'secret-person' },
      ...{ api_key_id: null, endpoint: '/x', method: 'GET', status: 200, duration_ms: 1, request_id: 'r' },
    });
    await logs.insertMany([log(t.tenant.orgId), log(null), log(null)]);
    const { removed } = await archive().run();
    expect(removed[REQUEST_LOGS_COLLECTION]).toBe(3);
    const { files, text } = await archived();
    expect(files.map((file) => path.basename(file)).sort()).toEqual(
      [`${t.tenant.orgId}-1.ndjson.gz`, 'none-1.ndjson.gz'].sort(),
    );
    expect(text).not.toContain('secret');
    const report = await t.app
      .get(Reconciliation, { strict: false })
      .verify({ only: ['analytics-rollups', 'orphans'] });
    expect(report.details).toEqual([]);
  });
});
