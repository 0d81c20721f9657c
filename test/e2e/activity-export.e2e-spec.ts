import { once } from 'node:events';
import { get } from 'node:http';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { newId } from '../../src/common/ids/ids.js';
import { ACTIVITY_COLLECTION, type ActivityLog } from '../../src/modules/activity/activity-log.js';
import { ActivityRepository } from '../../src/modules/activity/activity.mongo.repository.js';
import { Mongo } from '../../src/stores/mongo/mongo.js';
import { seedTenant } from '../factories/tenant.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const PATH = '/api/v1/activity/export';
const ENTRIES = 2_345;

const lineShape = z.looseObject({ id: z.uuid(), payload: z.record(z.string(), z.unknown()) });

describe('the export of the activity log', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp();
    const at = Date.now() - 86_400_000;
    // Many at one moment: pages must neither repeat nor skip any.
    const entries = Array.from({ length: ENTRIES }, (_, n) =>
      entry({ n }, new Date(at + Math.floor(n / 700))),
    );
    await t.app.get(Mongo).collection<ActivityLog>(ACTIVITY_COLLECTION).insertMany(entries);
  });
  afterAll(() => t.close());

  const entry = (
    payload: Record<string, unknown>,
    occurredAt: Date,
    event_type = 'exported',
  ): ActivityLog => ({
    ...{ _id: newId(), organization_id: t.tenant.orgId, event_type, user_id: null, user_email: null },
    ...{ actor_id: null, api_key_id: null, resource_type: null, resource_id: null, payload },
    ...{ occurred_at: occurredAt, recorded_at: occurredAt, source: 'api' },
  });
  const linesOf = (text: string): string[] => text.trimEnd().split('\n');

  it('has every entry once, newest first, and ends with how many there were', async () => {
    const answer = await t.request('GET', `${PATH}?event_type=exported`);
    expect(answer.headers['content-type']).toMatch(/^application\/x-ndjson/);
    const lines = linesOf(answer.text).map((line): unknown => JSON.parse(line));
    expect(lines.at(-1)).toEqual({ end: true, count: ENTRIES });
    const numbers = lines.slice(0, -1).map((line) => lineShape.parse(line).payload['n']);
    expect(numbers).toEqual(Array.from({ length: ENTRIES }, (_, n) => ENTRIES - 1 - n));
  });

  it('is CSV by Accept, with cells that a spreadsheet takes for text', async () => {
    const formula = '=HYPERLINK("http://evil")';
    await t.app
      .get(Mongo)
      .collection<ActivityLog>(ACTIVITY_COLLECTION)
      .insertOne({ ...entry({ a: 1 }, new Date(), 'formula'), user_id: formula });
    const answer = await t.request('GET', `${PATH}?event_type=formula`, { headers: { accept: 'text/csv' } });
    expect(answer.headers['content-type']).toMatch(/^text\/csv/);
    const [header, row, end] = answer.text.split('\r\n');
    expect(header).toBe(
      'id,organization_id,event_type,user_id,user_email,actor_id,api_key_id,resource_type,resource_id,payload,source,occurred_at,recorded_at',
    );
    expect(row).toContain(`,formula,"'=HYPERLINK(""http://evil"")",`);
    expect(end).toBe('#end,1');
  });

  it('takes the filters of the list, and no others', async () => {
    const none = await t.request('GET', `${PATH}?event_type=never`);
    expect(none.text).toBe('{"end":true,"count":0}\n');
    expect((await t.request('GET', `${PATH}?limit=3`)).status).toBe(400);
    const other = await seedTenant(t.app);
    const foreign = await t.request('GET', `${PATH}?event_type=exported`, { token: other.token });
    expect(foreign.text).toBe('{"end":true,"count":0}\n');
  });

  it('reads no further once the client has left, and cuts the connection where a page cannot be read', async () => {
    const repository = t.app.get(ActivityRepository, { strict: false });
    const list = repository.list.bind(repository);
    let pages = 0;
    repository.list = (...given) => {
      pages += 1;
      return pages === 2 ? Promise.reject(new Error('lost')) : list(...given);
    };
    try {
      await t.app.listen(0, '127.0.0.1');
      const headers = { authorization: `Bearer ${t.tenant.token}` };
      const asked = get(`${await t.app.getUrl()}${PATH}?event_type=exported`, { headers });
      const [response] = (await once(asked, 'response')) as [NodeJS.ReadableStream & { complete: boolean }];
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      await once(response, 'close').catch(() => undefined);
      expect([response.complete, text.includes('"end"'), pages]).toEqual([false, false, 2]);
    } finally {
      repository.list = list;
    }
  });
});
