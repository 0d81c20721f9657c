import { randomBytes } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { newId } from '../../../src/common/ids/ids.js';
import { Reconciliation } from '../../../src/flows/reconciliation/reconciliation.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { seedKey } from '../../factories/api-key.js';
import { seedTenant, type Tenant } from '../../factories/tenant.js';
import { eventually } from '../../support/eventually.js';
import { placesWith } from '../../support/kept-text.js';
import { MoodPeople, MOODS, withId } from '../../support/mood-people.js';
import { activityShape, pageShape, problemShape } from '../../support/shapes.js';
import { createTestApp, type TestApp } from '../../support/test-app.js';

interface StoredMood {
  _id: string;
  user_id: string;
  category_id: string | null;
  note: string | null;
}

describe('moods', () => {
  let t: TestApp;
  let people: MoodPeople;
  beforeAll(async () => {
    t = await createTestApp();
    people = new MoodPeople(t);
  });
  afterAll(() => t.close());

  const moods = () => t.app.get(Mongo).collection<StoredMood>('mood_entries');
  const verify = (only: string, repair = false) =>
    t.app.get(Reconciliation, { strict: false }).verify({ only: [only], isRepair: repair });

  it('have categories of their person, unique whatever the case', async () => {
    const person = await people.member();
    const ask = people.as(person);
    await people.category(person, 'Fröhlich');
    const again = await ask('POST', '/api/v1/mood-categories', { name: 'FRÖHLICH' });
    expect([again.status, problemShape.parse(again.body).code]).toEqual([409, 'mood_categories.name_taken']);
    const other = await people.member();
    await people.category(other, 'fröhlich');
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
    const person = await people.member();
    const ask = people.as(person);
    const category_id = await people.category(person);
    const mood = {
      category_id,
      intensity: 8,
      factors: [{ name: 'Sleep', value: 'good' }],
      note: 'By the river.',
    };
    const id = await people.record(person, mood);
    const first = await ask('GET', `${MOODS}/${id}`);
    expect(first.body).toMatchObject({ id, ...mood });
    const etag = first.headers['etag'] ?? '';
    const changed = await ask('PATCH', `${MOODS}/${id}`, { intensity: 3, note: null }, { 'if-match': etag });
    expect([changed.status, changed.body]).toEqual([
      200,
      expect.objectContaining({ intensity: 3, note: null, factors: mood.factors }),
    ]);
    expect((await ask('PATCH', `${MOODS}/${id}`, { intensity: 4 }, { 'if-match': etag })).status).toBe(412);
    expect((await ask('PATCH', `${MOODS}/${id}`, { intensity: 3 })).body).toEqual(changed.body);
    expect((await ask('DELETE', `${MOODS}/${id}`, undefined, { 'if-match': etag })).status).toBe(412);
    expect((await ask('DELETE', `${MOODS}/${id}`)).status).toBe(204);
    expect((await ask('GET', `${MOODS}/${id}`)).status).toBe(404);
    expect((await ask('DELETE', `${MOODS}/${id}`)).status).toBe(404);
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
    [{ note: 'half a pair \ud800' }, 'note'],
    [{ category_id: newId() }, 'category_id'],
  ])('refuse %j', async (wrong, path) => {
    const person = await people.member();
    const body = { category_id: await people.category(person), intensity: 5, ...wrong };
    const answer = await people.as(person)('POST', MOODS, body);
    expect([answer.status, problemShape.parse(answer.body).errors.map((error) => error.path)]).toEqual([
      422,
      expect.arrayContaining([path]),
    ]);
  });

  it('are their person’s alone: not the owner’s, another member’s, nor of any key that does not name them', async () => {
    const person = await people.member();
    const category_id = await people.category(person);
    const id = await people.record(person, { category_id });
    const other = await people.member();
    for (const stranger of [t.tenant, other, await seedTenant(t.app)]) {
      expect((await people.as(stranger)('GET', `${MOODS}/${id}`)).status).toBe(404);
      expect((await people.as(stranger)('PATCH', `${MOODS}/${id}`, { intensity: 1 })).status).toBe(404);
      expect((await people.list(stranger, '')).data).toEqual([]);
      const theirs = await people.as(stranger)('POST', MOODS, { category_id, intensity: 1 });
      expect([theirs.status, problemShape.parse(theirs.body).code]).toEqual([422, 'moods.unknown_category']);
    }
    const statusOf = async (creator: Tenant, scopes: string[]) =>
      (await people.as({ token: await seedKey(t.app, creator, scopes) })('GET', `${MOODS}/${id}`)).status;
    expect(await statusOf(person, ['moods:read'])).toBe(200);
    expect(await statusOf(person, ['*'])).toBe(403);
    expect(await statusOf(t.tenant, ['moods:read'])).toBe(404);
  });

  it('are recorded once for one Idempotency-Key, and no store has a word of the note', async () => {
    const person = await people.member();
    const category_id = await people.category(person);
    const secret = `secret${randomBytes(8).toString('hex')}`;
    const headers = { 'idempotency-key': newId() };
    const body = { category_id, intensity: 4, note: `It was ${secret}, all day.` };
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => people.as(person)('POST', MOODS, body, headers)),
    );
    const made = answers.filter(({ status }) => status === 201);
    expect(answers.filter(({ status }) => status !== 201 && status !== 409)).toEqual([]);
    expect(new Set(made.map(({ body: mood }) => withId.parse(mood).id)).size).toBe(1);
    const again = await people.as(person)('POST', MOODS, body, headers);
    expect([again.status, again.headers['idempotency-replayed'], again.body]).toEqual([
      201,
      'true',
      made[0]?.body,
    ]);
    const other = await people.as(person)('POST', MOODS, { ...body, intensity: 5 }, headers);
    expect(other.status).toBe(422);
    const id = withId.parse(again.body).id;
    await people.as(person)('GET', MOODS);
    await people.as(person)('PATCH', `${MOODS}/${id}`, { note: `Still ${secret}.` });
    expect((await people.as(person)('GET', `${MOODS}/${id}`)).body).toMatchObject({
      note: `Still ${secret}.`,
    });
    expect(await placesWith(t.stores.config, secret)).toEqual([]);
  });

  it('lose a category that is no more, once db:verify repairs them, and show which note was moved', async () => {
    const person = await people.member();
    const category_id = await people.category(person);
    const id = await people.record(person, { category_id, note: 'mine' });
    const moved = await people.record(person, { category_id, note: null });
    expect((await verify('mood-categories')).ok).toBe(true);
    await moods().updateOne({ _id: id }, { $set: { category_id: newId() } });
    const found = await verify('mood-categories');
    expect([found.ok, found.checks[0]?.different]).toEqual([false, 1]);
    await verify('mood-categories', true);
    expect((await verify('mood-categories')).ok).toBe(true);
    expect((await people.as(person)('GET', `${MOODS}/${id}`)).body).toMatchObject({
      category_id: null,
      note: 'mine',
    });

    expect((await verify('mood-notes')).ok).toBe(true);
    const note = (await moods().findOne({ _id: id }))?.note ?? null;
    await moods().updateOne({ _id: moved }, { $set: { note } });
    expect((await verify('mood-notes')).checks[0]).toMatchObject({ different: 1 });
    const answer = await people.as(person)('GET', `${MOODS}/${moved}`);
    expect([answer.status, problemShape.parse(answer.body).code]).toEqual([500, 'encryption.undecryptable']);
    await moods().deleteOne({ _id: moved });
  });

  it('go with the account of their person', async () => {
    const person = await people.member();
    const category_id = await people.category(person);
    await people.record(person, { category_id, note: 'gone with me' });
    expect((await t.request('DELETE', `/api/v1/users/${person.userId}`)).status).toBe(204);
    await eventually(
      () => moods().countDocuments({ user_id: person.userId }),
      (left) => left === 0,
    );
    expect((await verify('mood-categories')).ok).toBe(true);
  });
});
