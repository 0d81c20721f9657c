import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { newId } from '../../src/common/ids/ids.js';
import { ACTIVITY_COLLECTION, type ActivityLog } from '../../src/modules/activity/activity-log.js';
import {
  FOCUS_SESSIONS_COLLECTION,
  type FocusSession,
} from '../../src/modules/focus-sessions/focus-session.js';
import { Mongo } from '../../src/stores/mongo/mongo.js';
import { seedKey } from '../factories/api-key.js';
import { seedTenant, type Tenant } from '../factories/tenant.js';
import { eventually } from '../support/eventually.js';
import { makePeriodDue } from '../support/scheduled-jobs.js';
import { pageShape, problemShape } from '../support/shapes.js';
import { createAppWith, createTestApp, request, type TestApp } from '../support/test-app.js';
import { TravellingClock } from '../support/travelling-clock.js';

const PATH = '/api/v1/focus-sessions';
const shape = z.looseObject({
  id: z.uuid(),
  state: z.string(),
  elapsed_seconds: z.number(),
  pauses: z.array(z.looseObject({ ended_at: z.string().nullable() })),
});

describe('focus sessions', () => {
  let t: TestApp;
  let clock: TravellingClock;
  let member: Tenant;
  let nowMs: number;
  beforeAll(async () => {
    t = await createTestApp();
    clock = new TravellingClock(t.app);
  });
  beforeEach(async () => {
    member = await seedTenant(t.app, { orgId: t.tenant.orgId, role: 'member' });
    nowMs = Date.now();
    clock.back();
  });
  afterAll(() => t.close());

  const collection = () => t.app.get(Mongo).collection<FocusSession>(FOCUS_SESSIONS_COLLECTION);
  const travel = (seconds: number) => {
    nowMs += seconds * 1_000;
    clock.travelTo(new Date(nowMs).toISOString());
  };
  const post = (path: string, body?: unknown, headers: Record<string, string> = {}) =>
    t.request('POST', `${PATH}${path}`, {
      token: member.token,
      headers,
      ...(body !== undefined && { body }),
    });
  const start = async (plan = 1_500) => {
    travel(0);
    const answer = await post('', { session_type: 'pomodoro', planned_duration_seconds: plan });
    expect(answer.status).toBe(201);
    return shape.parse(answer.body);
  };
  const tick = async (id: string, ...seconds: number[]) => {
    const answer = await post(`/${id}/ticks`, {
      ticks: seconds.map((elapsed_seconds) => ({ elapsed_seconds })),
    });
    expect(answer.status).toBe(200);
    return answer.body;
  };
  const read = async (id: string) =>
    shape.parse((await t.request('GET', `${PATH}/${id}`, { token: member.token })).body);

  it('take ticks in any order, and never count more than the wall time less the pauses', async () => {
    const { id } = await start();
    travel(60);
    await tick(id, 12, 58, 31);
    expect(await read(id)).toMatchObject({ state: 'running', elapsed_seconds: 58 });
    await tick(id, 31);
    expect((await read(id)).elapsed_seconds).toBe(58);
    expect((await post(`/${id}/ticks`, { elapsed_seconds: 100 })).body).toEqual({ id, accepted_seconds: 60 });
    expect((await read(id)).elapsed_seconds).toBe(60);

    expect((await post(`/${id}/pause`)).status).toBe(200);
    travel(30);
    await tick(id, 90);
    expect(await read(id)).toMatchObject({ state: 'paused', elapsed_seconds: 60 });
    expect((await post(`/${id}/resume`)).status).toBe(200);
    travel(10);
    await tick(id, 100);
    expect((await read(id)).elapsed_seconds).toBe(70);
    travel(1);
    await tick(id, 100);
    const ended = await post(`/${id}/complete`, { productivity_rating: 4 });
    expect(ended.body).toMatchObject({ state: 'completed', elapsed_seconds: 71, productivity_rating: 4 });
    expect(shape.parse(ended.body).pauses).toHaveLength(1);
  });

  it('take nothing after their end', async () => {
    const { id } = await start();
    await post(`/${id}/pause`);
    expect((await post(`/${id}/pause`)).status).toBe(409);
    expect((await post(`/${id}/abandon`)).body).toMatchObject({ state: 'abandoned' });
    for (const [path, body] of [
      ['ticks', { elapsed_seconds: 1 }],
      ['resume', undefined],
      ['complete', { productivity_rating: 1 }],
    ] as const) {
      const refused = await post(`/${id}/${path}`, body);
      expect(refused.status).toBe(409);
      expect(problemShape.parse(refused.body).code).toMatch(/ended|illegal_transition/);
    }
  });

  it.each([
    ['', { session_type: '', planned_duration_seconds: 0 }, ['session_type', 'planned_duration_seconds']],
    ['', { session_type: '\ud800', planned_duration_seconds: 1 }, ['session_type']],
    ['/ID/ticks', {}, ['elapsed_seconds']],
    ['/ID/ticks', { ticks: [{ elapsed_seconds: -1 }] }, ['ticks.0.elapsed_seconds']],
    ['/ID/ticks', { ticks: [{ elapsed_seconds: 1 }], elapsed_seconds: 1 }, ['elapsed_seconds']],
    ['/ID/complete', { productivity_rating: 6 }, ['productivity_rating']],
  ])('name what is wrong with %s %j', async (path, body, paths) => {
    const answer = await post(path.replace('ID', newId()), body);
    expect(answer.status).toBe(422);
    const { errors } = z
      .looseObject({ errors: z.array(z.looseObject({ path: z.string() })) })
      .parse(answer.body);
    expect(errors.map((error) => error.path).toSorted()).toEqual(paths.toSorted());
  });

  it('are one at a time for each person, whatever starts at once on two instances', async () => {
    const other = await createAppWith(t.stores.config, []);
    const body = { session_type: 'race', planned_duration_seconds: 60 };
    const { token } = member;
    for (let round = 0; round < 3; round += 1) {
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, n) => request(n % 2 ? other : t.app, 'POST', PATH, { token, body })),
      );
      const started = answers.filter(({ status }) => status === 201);
      expect(started).toHaveLength(1);
      // 503: a busy machine, on which a store did not answer in time.
      expect(answers.filter(({ status }) => ![201, 409, 503].includes(status))).toEqual([]);
      const active = await t.request('GET', `${PATH}/active`, { token });
      expect(active.body).toMatchObject({ id: shape.parse(started[0]?.body).id });
      expect((await post(`/${shape.parse(active.body).id}/abandon`)).status).toBe(200);
      expect((await t.request('GET', `${PATH}/active`, { token })).status).toBe(404);
    }
    await other.close();
  });

  it('belong to one person: neither other members nor a key that does not name them see any', async () => {
    const { id } = await start();
    const asked = async (token: string, path = `/${id}`) =>
      (await t.request('GET', `${PATH}${path}`, { token })).status;
    expect(await asked(t.tenant.token)).toBe(404);
    expect(await asked(t.tenant.token, '/active')).toBe(404);
    expect((await t.request('POST', `${PATH}/${id}/abandon`)).status).toBe(404);
    const ticked = await t.request('POST', `${PATH}/${id}/ticks`, { body: { elapsed_seconds: 0 } });
    expect(ticked.status).toBe(404);
    expect(await asked(await seedKey(t.app, member, ['*']))).toBe(403);
    expect(await asked(await seedKey(t.app, member, ['focus-sessions:read']))).toBe(200);
  });

  it('are listed newest first, by state', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 3; n += 1) {
      const { id } = await start();
      ids.unshift(id);
      if (n < 2) await post(`/${id}/complete`, { productivity_rating: 3 });
    }
    const list = async (query: string) =>
      pageShape(shape).parse((await t.request('GET', `${PATH}?${query}`, { token: member.token })).body);
    const first = await list('limit=2');
    const second = await list(`limit=2&cursor=${first.page.next_cursor}`);
    expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(ids);
    expect((await list('state=completed')).data.map(({ id }) => id)).toEqual(ids.slice(1));
  });

  it('are changed once for one Idempotency-Key, and leave one activity entry for each change', async () => {
    const headers = { 'idempotency-key': newId() };
    const body = { session_type: 'once', planned_duration_seconds: 60 };
    const starts = [await post('', body, headers), await post('', body, headers)];
    expect(starts.map(({ status }) => status)).toEqual([201, 201]);
    expect(starts[0]?.body).toEqual(starts[1]?.body);
    const { id } = shape.parse(starts[0]?.body);
    const paused = { 'idempotency-key': newId() };
    const pauses = [
      await post(`/${id}/pause`, undefined, paused),
      await post(`/${id}/pause`, undefined, paused),
    ];
    expect(pauses.map(({ status }) => status)).toEqual([200, 200]);
    await post(`/${id}/resume`);
    await post(`/${id}/complete`, { productivity_rating: 5 });
    const entries = await t.app
      .get(Mongo)
      .collection<ActivityLog>(ACTIVITY_COLLECTION)
      .find({ organization_id: member.orgId, resource_id: id })
      .toArray();
    expect(entries.map(({ event_type: type }) => type).toSorted()).toEqual(
      ['completed', 'paused', 'resumed', 'started'].map((event) => `focus_session.${event}`),
    );
    expect(entries.map(({ actor_id: by }) => by)).toEqual(entries.map(() => member.userId));
  });

  it('are ended by the scheduler without a tick for twice their plan, and not before', async () => {
    const { id } = await start(60);
    travel(100);
    await tick(id, 90);
    travel(100);
    const passed = async () => {
      await makePeriodDue(t.app, 'focus-sessions.expiry');
      await eventually(
        async () => (await collection().findOne({ _id: id }))?.look_at.getTime() ?? 0,
        (lookAt) => lookAt > nowMs,
      );
    };
    await passed();
    expect((await read(id)).state).toBe('running');
    travel(60);
    await makePeriodDue(t.app, 'focus-sessions.expiry');
    await eventually(
      async () => (await read(id)).state,
      (state) => state === 'expired',
    );
    expect((await read(id)).elapsed_seconds).toBe(90);
    await start(60);
  });

  it('go with their account', async () => {
    const { id } = await start();
    expect((await t.request('DELETE', `/api/v1/users/${member.userId}`)).status).toBe(204);
    await eventually(
      () => collection().countDocuments({ _id: id }),
      (count) => count === 0,
    );
  });
});
