import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Analytics } from '@segment/analytics-node';
import { z } from 'zod';

import { newId } from '../../../src/common/ids/ids.js';
import { CountRecovery } from '../../../src/flows/counting/count-recovery.js';
import { CountingTuning } from '../../../src/flows/counting/counting-tuning.js';
import { Counting } from '../../../src/flows/counting/counting.js';
import { ANALYTICS_COLLECTION, type AnalyticsEvent } from '../../../src/modules/analytics/analytics-event.js';
import {
  ROLL_UPS_COLLECTION,
  type RollUp,
  WRITES_COLLECTION,
} from '../../../src/modules/analytics/roll-up.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { seedKey } from '../../factories/api-key.js';
import { eventually } from '../../support/eventually.js';
import { pageShape, problemShape } from '../../support/shapes.js';
import { createAppWith, createTestApp, request, type TestApp } from '../../support/test-app.js';

const EVENTS = '/api/v1/analytics/events';
const BATCH = '/api/v1/analytics/batch';

const eventShape = z.looseObject({
  id: z.uuid(),
  event_name: z.string(),
  event_category: z.string().nullable(),
  user_id: z.string().nullable(),
  message_id: z.string(),
  properties: z.record(z.string(), z.unknown()),
  timestamp: z.string(),
});
const batchShape = z.strictObject({
  outcomes: z.array(
    z.strictObject({
      index: z.number(),
      status: z.number(),
      id: z.uuid().optional(),
      errors: z.array(z.looseObject({ path: z.string(), code: z.string() })).optional(),
    }),
  ),
});

describe('analytics events', () => {
  let t: TestApp;
  let key: string;
  beforeAll(async () => {
    t = await createTestApp();
    key = await seedKey(t.app, t.tenant, ['analytics:write']);
  });
  afterAll(() => t.close());

  const post = (body: unknown, headers = {}) => t.request('POST', EVENTS, { body, headers });
  const batch = async (events: unknown, headers = {}) => {
    const answer = await t.request('POST', BATCH, { body: { events }, headers });
    return { status: answer.status, outcomes: batchShape.parse(answer.body).outcomes };
  };
  const list = async (query: string) =>
    pageShape(eventShape).parse((await t.request('GET', `${EVENTS}?${query}`)).body).data;
  const mongo = () => t.app.get(Mongo);
  const rollUps = () =>
    mongo().collection<RollUp>(ROLL_UPS_COLLECTION).find({ organization_id: t.tenant.orgId }).toArray();
  const counted = async (name: string) =>
    (await rollUps()).filter((each) => each.event_name === name).reduce((sum, { count }) => sum + count, 0);

  it('are stored once by their message_id, and counted once', async () => {
    const body = { event_name: 'once', user_id: 'u1', message_id: 'm-1', properties: { 'a.b': { $c: 1 } } };
    const first = await post(body);
    expect(first.status).toBe(201);
    const again = await post({ ...body, user_id: 'u2' });
    expect([again.status, again.body]).toEqual([200, first.body]);
    const concurrent = await Promise.all(
      Array.from({ length: 20 }, () => post({ ...body, message_id: 'm-2' })),
    );
    expect(concurrent.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(concurrent.map(({ body: answer }) => eventShape.parse(answer).id)).size).toBe(1);
    const found = await list('event_name=once');
    expect(found.map(({ message_id }) => message_id)).toEqual(['m-2', 'm-1']);
    expect(found[1]).toEqual(first.body);
    expect(await list('message_id=m-1')).toHaveLength(1);
    expect(await counted('once')).toBe(2);
  });

  it('say in a batch what became of each, in its order', async () => {
    const good = (message_id: string) => ({ event_name: 'mixed', message_id });
    const { status, outcomes } = await batch([
      good('b-1'),
      good('b-1'),
      { event_name: '' },
      { event_name: 'mixed', message_id: 'outbox:x' },
      { event_name: 'mixed', extra: 1 },
      { event_name: 'mixed', timestamp: '2001-01-01T00:00:00Z' },
      { event_name: 'mixed', timestamp: new Date(Date.now() + 2 * 86_400_000).toISOString() },
      { event_name: 'mixed', properties: { text: 'x'.repeat(33_000) } },
      good('b-2'),
    ]);
    expect(status).toBe(207);
    expect(outcomes.map((one) => one.status)).toEqual([201, 200, 422, 422, 422, 422, 422, 422, 201]);
    expect(outcomes[1]?.id).toBe(outcomes[0]?.id);
    expect(outcomes.map(({ errors }) => errors?.[0]?.code).slice(5, 7)).toEqual([
      'before_retention',
      'too_far_ahead',
    ]);
    const again = await batch([good('b-2'), good('b-1'), good('b-3')]);
    expect([again.status, again.outcomes.map((one) => one.status)]).toEqual([200, [200, 200, 201]]);
    expect(await counted('mixed')).toBe(3);
  });

  it('take 1,000 in a batch, each counted in the quarter of an hour of its day', async () => {
    const timestamp = (n: number) => new Date(Date.UTC(2026, 9, 1 + (n % 3), n % 24, n % 60)).toISOString();
    const events = Array.from({ length: 1_000 }, (_, n) => ({ event_name: 'bulk', timestamp: timestamp(n) }));
    const { outcomes } = await batch(events);
    expect(outcomes.every(({ status }) => status === 201)).toBe(true);
    const ofBulk = (await rollUps()).filter(({ event_name }) => event_name === 'bulk');
    expect(ofBulk.map(({ day }) => day).sort()).toEqual(['2026-10-01', '2026-10-02', '2026-10-03']);
    for (const { count, quarters } of ofBulk)
      expect(Object.values(quarters).reduce((sum, each) => sum + each, 0)).toBe(count);
    expect(await counted('bulk')).toBe(1_000);
    const tooMany = await t.request('POST', BATCH, {
      body: { events: Array.from({ length: 1_001 }, () => ({ event_name: 'x' })) },
    });
    expect([tooMany.status, problemShape.parse(tooMany.body).errors[0]?.path]).toEqual([422, 'events']);
  });

  it('are stored once with their request where it has an Idempotency-Key', async () => {
    const events = [
      { event_name: 'keyed', message_id: 'k-1' },
      { event_name: 'keyed', message_id: 'k-1' },
    ];
    const first = await batch(events, { 'idempotency-key': 'batch-1' });
    expect(first.outcomes.map(({ status }) => status)).toEqual([201, 200]);
    expect(await batch(events, { 'idempotency-key': 'batch-1' })).toEqual(first);
    const other = await batch(events, { 'idempotency-key': 'batch-2' });
    expect(other.outcomes.map(({ status }) => status)).toEqual([200, 200]);
    expect(await list('event_name=keyed')).toHaveLength(1);
    expect(await counted('keyed')).toBe(1);
  });

  it('are the same over two instances, and read by the other at once', async () => {
    const other = await createAppWith(t.stores.config, []);
    try {
      const events = Array.from({ length: 100 }, (_, n) => ({ event_name: 'shared', message_id: `s-${n}` }));
      const send = (app: TestApp['app']) =>
        request(app, 'POST', BATCH, { body: { events }, token: t.tenant.token });
      const answers = await Promise.all([t.app, other, t.app, other].map(send));
      const stored = answers.flatMap(({ body }) => batchShape.parse(body).outcomes);
      expect(stored.filter(({ status }) => status === 201)).toHaveLength(100);
      expect(stored.filter(({ status }) => status === 200)).toHaveLength(300);
      expect(await counted('shared')).toBe(100);
      await post({ event_name: 'late' });
      const seen = await request(other, 'GET', `${EVENTS}?event_name=late`, { token: t.tenant.token });
      expect(pageShape(eventShape).parse(seen.body).data).toHaveLength(1);
    } finally {
      await other.close();
    }
  });

  it('are counted by the recovery where a process died between the insert and the count', async () => {
    const counting = t.app.get(Counting, { strict: false });
    const count = counting.count.bind(counting);
    let lost = 0;
    counting.count = () => {
      lost += 1;
      return Promise.resolve(false);
    };
    const events = Array.from({ length: 10 }, (_, n) => ({ event_name: 'recovered', message_id: `r-${n}` }));
    await batch(events);
    counting.count = count;
    expect([lost, await counted('recovered')]).toEqual([1, 0]);
    await batch(events.map((each) => ({ ...each, message_id: `${each.message_id}-2` })));
    // What was sent again in the meantime, too.
    expect((await batch(events)).outcomes.every(({ status }) => status === 200)).toBe(true);
    Object.assign(t.app.get(CountingTuning, { strict: false }), { abandonedMs: -1_000 });
    const recovery = t.app.get(CountRecovery, { strict: false });
    const { signal } = new AbortController();
    await recovery.run({ signal });
    await recovery.run({ signal });
    expect(await counted('recovered')).toBe(20);
    expect(await mongo().collection(WRITES_COLLECTION).countDocuments()).toBe(0);
  });

  it('count a login, too', async () => {
    const stored = await mongo()
      .collection<AnalyticsEvent>(ANALYTICS_COLLECTION)
      .countDocuments({ organization_id: t.tenant.orgId, event_name: 'user_login' });
    expect(await counted('user_login')).toBe(stored);
  });

  describe("by Segment's API", () => {
    const basic = () => ({ authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` });
    const segment = (path: string, body: unknown) =>
      t.request('POST', path, { body, headers: basic(), token: null });

    it('arrive from the real SDK, each under its own name', async () => {
      await t.app.listen(0, '127.0.0.1');
      const analytics = new Analytics({ writeKey: key, host: await t.app.getUrl(), flushAt: 20 });
      const failures: unknown[] = [];
      analytics.on('error', (error) => failures.push(error));
      analytics.track({ userId: 'sdk-user', event: 'SDK Order', properties: { total: 5 } });
      analytics.identify({ userId: 'sdk-user', traits: { plan: 'pro' } });
      analytics.page({ userId: 'sdk-user', name: 'Home' });
      analytics.screen({ anonymousId: 'sdk-anon', name: 'Start' });
      analytics.group({ userId: 'sdk-user', groupId: 'g1' });
      analytics.alias({ userId: 'sdk-user', previousId: 'sdk-anon' });
      await analytics.closeAndFlush();
      expect(failures).toEqual([]);
      const events = await list('user_id=sdk-user');
      expect(events.map(({ event_name }) => event_name).sort()).toEqual(
        ['SDK Order', 'alias', 'group', 'identify', 'page'].sort(),
      );
      const order = events.find(({ event_name }) => event_name === 'SDK Order');
      expect(order?.properties).toMatchObject({ total: 5, context: { library: {} } });
      expect(events.filter(({ event_category }) => event_category === 'segment')).toHaveLength(4);
    });

    it('answer as Segment does, take gzip and unknown members, and leave a bad call out', async () => {
      const single = await segment('/v1/track', {
        userId: 'u',
        event: 'single',
        extra: { a: 1 },
        writeKey: 'w',
      });
      expect([single.status, single.body]).toEqual([200, { success: true }]);
      const bad = await segment('/v1/track', { event: 'nobody' });
      expect([bad.status, bad.body]).toMatchObject([400, { success: false, code: 'request.invalid' }]);
      expect((await t.request('POST', '/v1/track', { body: {}, token: null })).status).toBe(401);
      const calls = [
        { type: 'track', userId: 'u', event: 'zipped', messageId: 'z-1' },
        { type: 'track', event: 'nobody' },
        'no call',
        { type: 'track', userId: 'u', event: 'zipped', messageId: 'z-1' },
        { type: 'track', userId: 'u', event: 'zipped', messageId: 'z-2' },
      ];
      const zipped = await t.app.inject({
        method: 'POST',
        url: '/v1/import',
        headers: { ...basic(), 'content-type': 'application/json', 'content-encoding': 'gzip' },
        payload: gzipSync(JSON.stringify({ batch: calls, sentAt: new Date().toISOString(), context: {} })),
      });
      expect([zipped.statusCode, zipped.json()]).toEqual([200, { success: true }]);
      expect(await list('event_name=zipped')).toHaveLength(2);
      expect(await counted('zipped')).toBe(2);
    });
  });

  it('forget which writes they have counted, as soon as none can be repeated', async () => {
    Object.assign(t.app.get(CountingTuning, { strict: false }), { clockSkewMs: -60_000, forgetEveryMs: 0 });
    for (let n = 0; n < 20; n += 1) await post({ event_name: 'forgetful', message_id: newId() });
    const remembered = async () => {
      await post({ event_name: 'forgetful' });
      const [rollUp] = (await rollUps()).filter(({ event_name }) => event_name === 'forgetful');
      return rollUp?.applied_ids?.length ?? -1;
    };
    await eventually(remembered, (count) => count < 10);
  });
});
