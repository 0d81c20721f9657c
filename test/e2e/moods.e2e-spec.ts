import { randomBytes } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { newId } from '../../src/common/ids/ids.js';
import { Reconciliation } from '../../src/flows/reconciliation/reconciliation.js';
import { Mongo } from '../../src/stores/mongo/mongo.js';
import { seedKey } from '../factories/api-key.js';
import { seedTenant, type Tenant } from '../factories/tenant.js';
import { eventually } from '../support/eventually.js';
import { placesWith } from '../support/kept-text.js';
import { activityShape, pageShape, problemShape } from '../support/shapes.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const PATH = '/api/v1/moods';
const withId = z.looseObject({ id: z.uuid() });
const moodShape = z.looseObject({ id: z.uuid(), intensity: z.number(), recorded_at: z.string() });
const trendsShape = z.object({
  data: z.array(z.object({ start: z.string(), average_intensity: z.number().nullable(), count: z.number() })),
  factors: z.array(z.looseObject({ name: z.string(), average_intensity: z.number() })),
});
interface StoredMood {
  _id: string;
  category_id: string | null;
  note: string | null;
}

describe('moods', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp();
  });
  afterAll(() => t.close());

  const aPerson = () => seedTenant(t.app, { orgId: t.tenant.orgId, role: 'member' });
  const as =
    ({ token }: { token: string }) =>
    (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
      t.request(method, path, { token, body, headers });
  const aCategory = async (person: Tenant, name = newId()): Promise<string> =>
    withId.parse((await as(person)('POST', '/api/v1/mood-categories', { name })).body).id;
  const record = async (person: Tenant, mood: Record<string, unknown>): Promise<string> => {
    const answer = await as(person)('POST', PATH, { intensity: 5, ...mood });
    expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
    return withId.parse(answer.body).id;
  };
  const list = async (person: Tenant, query: string) => {
    const answer = await as(person)('GET', `${PATH}?${query}`);
    expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
    return pageShape(moodShape).parse(answer.body);
  };
  const moods = () => t.app.get(Mongo).collection<StoredMood>('mood_entries');
  const verify = (only: string, repair = false) =>
    t.app.get(Reconciliation, { strict: false }).verify({ only: [only], isRepair: repair });

  it('have categories of their person, unique whatever the case', async () => {
    const person = await aPerson();
    const ask = as(person);
    await aCategory(person, 'Fröhlich');
    const again = await ask('POST', '/api/v1/mood-categories', { name: 'FRÖHLICH' });
    expect([again.status, problemShape.parse(again.body).code]).toEqual([409, 'mood_categories.name_taken']);
    const other = await aPerson();
    await aCategory(other, 'fröhlich');
    const { body } = await ask('GET', '/api/v1/mood-categories');
    expect(pageShape(withId).parse(body).data).toEqual([expect.objectContaining({ name: 'Fröhlich' })]);
    const made = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        ask('POST', '/api/v1/mood-categories', { name: n % 2 === 0 ? 'calm' : 'CALM' }),
      ),
    );
    expect(made.map(({ status }) => status).toSorted()).toEqual([201, ...Array<number>(7).fill(409)]);
  });

  it('are recorded, read, changed and deleted, each change with one activity entry that says nothing of them', async () => {
    const person = await aPerson();
    const ask = as(person);
    const category_id = await aCategory(person);
    const mood = {
      category_id,
      intensity: 8,
      factors: [{ name: 'Sleep', value: 'good' }],
      note: 'By the river.',
    };
    const id = await record(person, mood);
    const first = await ask('GET', `${PATH}/${id}`);
    expect(first.body).toMatchObject({ id, ...mood });
    const etag = first.headers['etag'] ?? '';
    const changed = await ask('PATCH', `${PATH}/${id}`, { intensity: 3, note: null }, { 'if-match': etag });
    expect([changed.status, changed.body]).toEqual([
      200,
      expect.objectContaining({ intensity: 3, note: null, factors: mood.factors }),
    ]);
    expect((await ask('PATCH', `${PATH}/${id}`, { intensity: 4 }, { 'if-match': etag })).status).toBe(412);
    expect((await ask('PATCH', `${PATH}/${id}`, { intensity: 3 })).body).toEqual(changed.body);
    expect((await ask('DELETE', `${PATH}/${id}`, undefined, { 'if-match': etag })).status).toBe(412);
    expect((await ask('DELETE', `${PATH}/${id}`)).status).toBe(204);
    expect((await ask('GET', `${PATH}/${id}`)).status).toBe(404);
    expect((await ask('DELETE', `${PATH}/${id}`)).status).toBe(404);
    const { body } = await t.request('GET', `/api/v1/activity?resource_id=${id}`);
    const entries = pageShape(activityShape.loose()).parse(body).data;
    expect(entries.map(({ event_type, payload }) => [event_type, payload])).toEqual([
      ['mood.deleted', {}],
      ['mood.updated', {}],
      ['mood.created', {}],
    ]);
  });

  it.each([
    [{ intensity: 0 }, 'intensity'],
    [{ intensity: 5.5 }, 'intensity'],
    [{ intensity: 11 }, 'intensity'],
    [{ factors: [{ name: 'Sleep' }] }, 'factors.0.value'],
    [{ factors: Array.from({ length: 21 }, () => ({ name: 'a', value: 1 })) }, 'factors'],
    [{ recorded_at: '2026-11-21' }, 'recorded_at'],
    [{ note: 'x'.repeat(10_001) }, 'note'],
    [{ category_id: newId() }, 'category_id'],
  ])('refuse %j', async (wrong, path) => {
    const person = await aPerson();
    const body = { category_id: await aCategory(person), intensity: 5, ...wrong };
    const answer = await as(person)('POST', PATH, body);
    expect([answer.status, problemShape.parse(answer.body).errors.map((error) => error.path)]).toEqual([
      422,
      expect.arrayContaining([path]),
    ]);
  });

  it('are their person’s alone: not the owner’s, another member’s, nor of any key that does not name them', async () => {
    const person = await aPerson();
    const category_id = await aCategory(person);
    const id = await record(person, { category_id });
    const other = await aPerson();
    for (const stranger of [t.tenant, other, await seedTenant(t.app)]) {
      expect((await as(stranger)('GET', `${PATH}/${id}`)).status).toBe(404);
      expect((await as(stranger)('PATCH', `${PATH}/${id}`, { intensity: 1 })).status).toBe(404);
      expect((await list(stranger, '')).data).toEqual([]);
      const theirs = await as(stranger)('POST', PATH, { category_id, intensity: 1 });
      expect([theirs.status, problemShape.parse(theirs.body).code]).toEqual([422, 'moods.unknown_category']);
    }
    const statusOf = async (creator: Tenant, scopes: string[]) =>
      (await as({ token: await seedKey(t.app, creator, scopes) })('GET', `${PATH}/${id}`)).status;
    expect(await statusOf(person, ['moods:read'])).toBe(200);
    expect(await statusOf(person, ['*'])).toBe(403);
    expect(await statusOf(t.tenant, ['moods:read'])).toBe(404);
  });

  it('have pages that a walk goes through once, also with equal moments, while others come and go', async () => {
    const person = await aPerson();
    const category_id = await aCategory(person);
    const made: string[] = [];
    for (let n = 0; n < 25; n += 1) {
      const recorded_at = `2026-03-${String(1 + (n % 5)).padStart(2, '0')}T12:00:00.000Z`;
      made.push(await record(person, { category_id, recorded_at }));
    }
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof list>> = await list(
        person,
        `limit=4${cursor === null ? '' : `&cursor=${cursor}`}`,
      );
      seen.push(...page.data.map(({ id }) => id));
      cursor = page.page.next_cursor;
      await record(person, { category_id, recorded_at: '2026-04-01T00:00:00.000Z' });
    } while (cursor !== null);
    expect(seen.toSorted()).toEqual(made.toSorted());
  });

  it('are of the days that the profile’s zone shows, at once after it was changed', async () => {
    const person = await aPerson();
    const ask = as(person);
    const category_id = await aCategory(person);
    // The hour before and the first hour of 2025-11-02 in Havana, whose midnight comes twice, and the last of that day.
    const at = ['2025-11-02T03:30:00.000Z', '2025-11-02T04:30:00.000Z', '2025-11-03T04:30:00.000Z'];
    const ids: string[] = [];
    for (const recorded_at of at) ids.push(await record(person, { category_id, recorded_at }));
    const [before, first, last] = ids;
    const ofDay = async (date: string) =>
      (await list(person, `date_from=${date}&date_to=${date}`)).data.map(({ id }) => id);
    expect(await ofDay('2025-11-02')).toEqual([first, before]);
    for (const [zone, expected] of [
      ['America/Havana', [last, first]],
      ['Asia/Kathmandu', [first, before]],
      ['Pacific/Kiritimati', [first, before]],
      ['America/Havana', [last, first]],
    ] as const) {
      expect((await ask('PATCH', '/api/v1/profile', { time_zone: zone })).status).toBe(200);
      expect([zone, await ofDay('2025-11-02')]).toEqual([zone, expected]);
    }
    expect((await list(person, 'date_from=2025-11-03')).data).toEqual([]);
    const empty = await ask('GET', `${PATH}?date_from=2025-11-03&date_to=2025-11-02`);
    expect([empty.status, problemShape.parse(empty.body).code]).toEqual([400, 'moods.empty_range']);
    for (const wrong of ['date_from=2025-02-30', 'date_to=yesterday', 'from=2025-11-02'])
      expect((await ask('GET', `${PATH}?${wrong}`)).status).toBe(400);
  });

  it('have trends by day and week in the profile’s zone, with what goes with high and low ones', async () => {
    const person = await aPerson();
    const ask = as(person);
    const category_id = await aCategory(person);
    await ask('PATCH', '/api/v1/profile', { time_zone: 'Europe/Berlin' });
    const sleep = (value: string) => [{ name: 'Sleep', value }];
    // Clocks are put back on Sunday, 25 October: that day has 25 hours.
    await record(person, {
      category_id,
      intensity: 9,
      factors: sleep('good'),
      recorded_at: '2026-10-24T22:00:00.000Z',
    });
    await record(person, {
      category_id,
      intensity: 6,
      factors: sleep('good'),
      recorded_at: '2026-10-25T22:59:59.999Z',
    });
    await record(person, {
      category_id,
      intensity: 2,
      factors: sleep('poor'),
      recorded_at: '2026-10-25T23:00:00.000Z',
    });
    const trends = async (query: string) =>
      trendsShape.parse((await ask('GET', `${PATH}/trends?${query}`)).body);
    const range = 'date_from=2026-10-24&date_to=2026-10-27';
    expect(await trends(range)).toEqual({
      data: [
        { start: '2026-10-23T22:00:00.000Z', average_intensity: null, count: 0 },
        { start: '2026-10-24T22:00:00.000Z', average_intensity: 7.5, count: 2 },
        { start: '2026-10-25T23:00:00.000Z', average_intensity: 2, count: 1 },
        { start: '2026-10-26T23:00:00.000Z', average_intensity: null, count: 0 },
      ],
      factors: [
        { name: 'Sleep', value: 'good', average_intensity: 7.5, count: 2 },
        { name: 'Sleep', value: 'poor', average_intensity: 2, count: 1 },
      ],
    });
    expect((await trends(`interval=week&${range}`)).data).toEqual([
      { start: '2026-10-18T22:00:00.000Z', average_intensity: 7.5, count: 2 },
      { start: '2026-10-25T23:00:00.000Z', average_intensity: 2, count: 1 },
    ]);
    expect((await trends('')).data).toHaveLength(30);
    expect((await trends('interval=week')).data).toHaveLength(12);
    const long = await ask('GET', `${PATH}/trends?date_from=2020-01-01&date_to=2026-01-01`);
    expect([long.status, problemShape.parse(long.body).code]).toEqual([400, 'moods.range_too_large']);
  });

  it('are recorded once for one Idempotency-Key, and no store has a word of the note', async () => {
    const person = await aPerson();
    const category_id = await aCategory(person);
    const secret = `secret${randomBytes(8).toString('hex')}`;
    const headers = { 'idempotency-key': newId() };
    const body = { category_id, intensity: 4, note: `It was ${secret}, all day.` };
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => as(person)('POST', PATH, body, headers)),
    );
    const made = answers.filter(({ status }) => status === 201);
    expect(answers.filter(({ status }) => status !== 201 && status !== 409)).toEqual([]);
    expect(new Set(made.map(({ body: mood }) => withId.parse(mood).id)).size).toBe(1);
    const again = await as(person)('POST', PATH, body, headers);
    expect([again.status, again.headers['idempotency-replayed'], again.body]).toEqual([
      201,
      'true',
      made[0]?.body,
    ]);
    const other = await as(person)('POST', PATH, { ...body, intensity: 5 }, headers);
    expect(other.status).toBe(422);
    const id = withId.parse(again.body).id;
    await as(person)('GET', PATH);
    await as(person)('PATCH', `${PATH}/${id}`, { note: `Still ${secret}.` });
    expect((await as(person)('GET', `${PATH}/${id}`)).body).toMatchObject({ note: `Still ${secret}.` });
    expect(await placesWith(t.stores.config, secret)).toEqual([]);
  });

  it('lose a category that is no more, once db:verify repairs them, and show which note was moved', async () => {
    const person = await aPerson();
    const category_id = await aCategory(person);
    const id = await record(person, { category_id, note: 'mine' });
    const moved = await record(person, { category_id, note: null });
    expect((await verify('mood-categories')).ok).toBe(true);
    await moods().updateOne({ _id: id }, { $set: { category_id: newId() } });
    const found = await verify('mood-categories');
    expect([found.ok, found.checks[0]?.different]).toEqual([false, 1]);
    await verify('mood-categories', true);
    expect((await verify('mood-categories')).ok).toBe(true);
    expect((await as(person)('GET', `${PATH}/${id}`)).body).toMatchObject({
      category_id: null,
      note: 'mine',
    });

    expect((await verify('mood-notes')).ok).toBe(true);
    const note = (await moods().findOne({ _id: id }))?.note ?? null;
    await moods().updateOne({ _id: moved }, { $set: { note } });
    expect((await verify('mood-notes')).checks[0]).toMatchObject({ different: 1 });
    const answer = await as(person)('GET', `${PATH}/${moved}`);
    expect([answer.status, problemShape.parse(answer.body).code]).toEqual([500, 'encryption.undecryptable']);
    await moods().deleteOne({ _id: moved });
  });

  it('go with the account of their person', async () => {
    const person = await aPerson();
    const category_id = await aCategory(person);
    await record(person, { category_id, note: 'gone with me' });
    expect((await t.request('DELETE', `/api/v1/users/${person.userId}`)).status).toBe(204);
    await eventually(
      () => moods().countDocuments({ user_id: person.userId } as never),
      (left) => left === 0,
    );
    expect((await verify('mood-categories')).ok).toBe(true);
  });
});
