import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { createApp } from '../../src/app.setup.js';
import { newId } from '../../src/common/ids/ids.js';
import { Declarations } from '../../src/flows/declarations.js';
import { PromptsReadModel } from '../../src/modules/prompts/prompts.pg.read-model.js';
import { TagsReadModel } from '../../src/modules/tags/tags.pg.read-model.js';
import { TimeZones } from '../../src/modules/users/time-zones.service.js';
import { Mongo } from '../../src/stores/mongo/mongo.js';
import { Postgres } from '../../src/stores/postgres/postgres.js';
import { Redis } from '../../src/stores/redis/redis.js';
import { joinOrganization, seedTenant, type Tenant } from '../factories/tenant.js';
import { eventually } from '../support/eventually.js';
import { makePeriodDue } from '../support/scheduled-jobs.js';
import { activityShape, pageShape, problemShape } from '../support/shapes.js';
import { createTestApp, request, type TestApp } from '../support/test-app.js';
import { TravellingClock } from '../support/travelling-clock.js';

const withId = z.looseObject({ id: z.uuid() });
const profileShape = z.looseObject({ id: z.uuid(), time_zone: z.string() });
const setShape = z.object({
  date: z.string(),
  prompts: z.array(z.looseObject({ id: z.string(), text: z.string(), completed_at: z.string().nullable() })),
  is_completed: z.boolean(),
});

describe('tags, prompts and the time zone of a profile', () => {
  let t: TestApp;
  let second: NestFastifyApplication;
  let admin: Tenant;
  let clock: TravellingClock;
  beforeAll(async () => {
    t = await createTestApp();
    second = await createApp(t.stores.config);
    admin = await seedTenant(t.app, { platformRole: 'admin' });
    clock = new TravellingClock(t.app);
  });
  afterAll(async () => {
    await second.close();
    await t.close();
  });

  const aPerson = () => seedTenant(t.app, { orgId: t.tenant.orgId, role: 'member' });
  const as =
    ({ token }: { token: string }, app = t.app) =>
    (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
      request(app, method, `/api/v1/${path}`, { token, body, headers });

  describe('the time zone of a profile', () => {
    it('is UTC at first, and on every instance the one that was set last', async () => {
      const person = await aPerson();
      const zones = () =>
        Promise.all(
          [t.app, second].map((app) => app.get(TimeZones, { strict: false }).of(person.orgId, person.userId)),
        );
      const shown = async (app: NestFastifyApplication) =>
        profileShape.parse((await as(person, app)('GET', 'profile')).body).time_zone;
      expect([await shown(t.app), await shown(second), await zones()]).toEqual([
        'UTC',
        'UTC',
        ['UTC', 'UTC'],
      ]);
      for (const zone of ['Europe/Berlin', 'America/Havana', 'Asia/Kathmandu', 'Asia/Kolkata', 'UTC']) {
        const changed = await as(person)('PATCH', 'profile', { time_zone: zone });
        expect([changed.status, profileShape.parse(changed.body).time_zone]).toEqual([200, zone]);
        expect([await shown(t.app), await shown(second)]).toEqual([zone, zone]);
        const expected = zone === 'Asia/Kolkata' ? 'Asia/Calcutta' : zone;
        expect(await zones()).toEqual([expected, expected]);
      }
    });

    it('is the account’s in every organisation, and has If-Match and one activity entry', async () => {
      const person = await aPerson();
      const elsewhere = await seedTenant(t.app);
      await joinOrganization(t.app, elsewhere.orgId, person.userId, 'member');
      const there = { 'x-organization-id': elsewhere.orgId };
      const before = await as(person)('GET', 'profile', undefined, there);
      const stale = (await as(person)('GET', 'profile')).headers['etag'] ?? '';
      const patch = (zone: string, headers = {}) =>
        as(person)('PATCH', 'profile', { time_zone: zone }, headers);
      expect((await patch('Europe/Paris', { 'if-match': stale })).status).toBe(200);
      expect((await patch('Europe/Rome', { 'if-match': stale })).status).toBe(412);
      expect((await patch('Europe/Paris')).status).toBe(200);
      const after = await as(person)('GET', 'profile', undefined, there);
      expect([before.body, after.body]).toEqual([
        expect.objectContaining({ time_zone: 'UTC' }),
        expect.objectContaining({ time_zone: 'Europe/Paris' }),
      ]);
      const { body } = await t.request('GET', `/api/v1/activity?resource_id=${person.userId}`);
      const entries = pageShape(activityShape.loose()).parse(body).data;
      expect(entries.map(({ event_type, payload }) => [event_type, payload])).toEqual([
        ['user.updated', { changed: ['time_zone'] }],
      ]);
    });

    it.each(['+01:00', 'Europe/Atlantis', '', 'UTC+1', 1, null])('refuses %j', async (zone) => {
      const answer = await t.request('PATCH', '/api/v1/profile', { body: { time_zone: zone } });
      expect([answer.status, problemShape.parse(answer.body).errors[0]?.path]).toEqual([422, 'time_zone']);
    });

    it('is not for others to set', async () => {
      const { userId } = await aPerson();
      const answer = await t.request('PATCH', `/api/v1/users/${userId}`, { body: { time_zone: 'UTC' } });
      expect(answer.status).toBe(422);
    });
  });

  describe('tags', () => {
    it('are made, renamed and deleted, with one activity entry each that does not name them', async () => {
      const person = await aPerson();
      const ask = as(person);
      const made = await ask('POST', 'tags', { name: '  Gratitude ' });
      const { id } = withId.parse(made.body);
      expect([made.status, made.headers['location'], made.body]).toEqual([
        201,
        `/api/v1/tags/${id}`,
        expect.objectContaining({ name: 'Gratitude' }),
      ]);
      const etag = (await ask('GET', `tags/${id}`)).headers['etag'] ?? '';
      expect((await ask('PATCH', `tags/${id}`, { name: 'Thanks' }, { 'if-match': etag })).status).toBe(200);
      expect((await ask('PATCH', `tags/${id}`, { name: 'Other' }, { 'if-match': etag })).status).toBe(412);
      expect((await ask('GET', `tags/${id}`)).body).toMatchObject({ name: 'Thanks' });
      expect((await ask('PATCH', `tags/${id}`, {})).body).toMatchObject({ name: 'Thanks' });
      expect((await ask('DELETE', `tags/${id}`)).status).toBe(204);
      expect((await ask('GET', `tags/${id}`)).status).toBe(404);
      const { body } = await t.request('GET', `/api/v1/activity?resource_id=${id}`);
      const entries = pageShape(activityShape.loose()).parse(body).data;
      expect(entries.map(({ event_type, payload }) => [event_type, payload])).toEqual([
        ['tag.deleted', {}],
        ['tag.updated', {}],
        ['tag.created', {}],
      ]);
    });

    it('are unique for their person whatever the case, of two writers at once, too', async () => {
      const [person, other] = [await aPerson(), await aPerson()];
      const names = ['Straße', 'STRASSE', 'strasse', 'straße'];
      const made = await Promise.all(
        names.map((name, n) => as(person, n % 2 === 0 ? t.app : second)('POST', 'tags', { name })),
      );
      expect(made.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409]);
      const taken = made.find(({ status }) => status === 409);
      expect(problemShape.parse(taken?.body)).toMatchObject({
        code: 'tags.name_taken',
        errors: [{ path: 'name' }],
      });
      expect((await as(other)('POST', 'tags', { name: 'strasse' })).status).toBe(201);
      const { id } = withId.parse((await as(person)('POST', 'tags', { name: 'Weg' })).body);
      expect((await as(person)('PATCH', `tags/${id}`, { name: 'strassE' })).status).toBe(409);
      expect((await as(person)('PATCH', `tags/${id}`, { name: 'WEG' })).body).toMatchObject({ name: 'WEG' });
    });

    it('are listed newest first by their person alone, and the read model knows whose they are', async () => {
      const [person, other] = [await aPerson(), await aPerson()];
      const ids: string[] = [];
      for (const name of ['a', 'b', 'c'])
        ids.push(withId.parse((await as(person)('POST', 'tags', { name })).body).id);
      const first = pageShape(withId).parse((await as(person)('GET', 'tags?limit=2')).body);
      const rest = pageShape(withId).parse(
        (await as(person)('GET', `tags?limit=2&cursor=${first.page.next_cursor}`)).body,
      );
      expect([...first.data, ...rest.data].map(({ id }) => id)).toEqual(ids.toReversed());
      for (const stranger of [other, t.tenant]) {
        expect(pageShape(withId).parse((await as(stranger)('GET', 'tags')).body).data).toEqual([]);
        expect((await as(stranger)('GET', `tags/${ids[0]}`)).status).toBe(404);
        expect((await as(stranger)('DELETE', `tags/${ids[0]}`)).status).toBe(404);
      }
      const tags = t.app.get(TagsReadModel, { strict: false });
      const asked = [...ids, newId(), 'no id'];
      expect([...(await tags.ownedBy(person.orgId, person.userId, asked))].toSorted()).toEqual(ids);
      expect((await tags.ownedBy(other.orgId, other.userId, asked)).size).toBe(0);
      expect((await tags.ownedBy(admin.orgId, person.userId, asked)).size).toBe(0);
    });

    it('go with the account of their person', async () => {
      const person = await aPerson();
      await as(person)('POST', 'tags', { name: 'mine' });
      expect((await t.request('DELETE', `/api/v1/users/${person.userId}`)).status).toBe(204);
      const left = await t.app.get(Postgres).sql`select 1 from tags where user_id = ${person.userId}`;
      expect(left).toHaveLength(0);
    });
  });

  describe('prompts', () => {
    const addPrompt = async (prompt: Record<string, unknown> = {}): Promise<string> => {
      const answer = await as(admin)('POST', 'prompts', { text: `Why ${newId()}?`, ...prompt });
      expect(answer.status).toBe(201);
      return withId.parse(answer.body).id;
    };
    const today = async (person: Tenant, app = t.app) => {
      const answer = await as(person, app)('GET', 'prompts/today');
      expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
      return setShape.parse(answer.body);
    };
    const complete = (person: Tenant, id: string, headers = {}) =>
      as(person)('POST', `prompts/today/${id}/complete`, undefined, headers);
    const idsOf = ({ prompts }: z.infer<typeof setShape>) => prompts.map(({ id }) => id);
    const sets = () =>
      t.app.get(Mongo).collection<{ _id: string; user_id: string; date: string }>('daily_prompt_sets');

    it('are a library of the platform: made, listed, changed and deleted by its admins', async () => {
      const id = await addPrompt({ category: 'growth' });
      const { body } = await as(admin)('GET', 'prompts?category=growth&is_active=true');
      expect(
        pageShape(withId)
          .parse(body)
          .data.map((prompt) => prompt.id),
      ).toContain(id);
      const changed = await as(admin)('PATCH', `prompts/${id}`, { is_active: false, category: null });
      expect(changed.body).toMatchObject({ id, is_active: false, category: null });
      expect((await as(admin, second)('GET', `prompts/${id}`)).body).toEqual(changed.body);
      const known = t.app.get(PromptsReadModel, { strict: false });
      expect([...(await known.existing([id, newId(), 'no id']))]).toEqual([id]);
      expect((await as(admin)('DELETE', `prompts/${id}`)).status).toBe(204);
      expect((await as(admin, second)('GET', `prompts/${id}`)).status).toBe(404);
      expect((await known.existing([id])).size).toBe(0);
      expect((await t.request('GET', '/api/v1/prompts')).status).toBe(403);
      expect((await as(admin)('POST', 'prompts', { text: ' ' })).status).toBe(422);
    });

    it('make one set for a person and day, on every device, whatever becomes of the library and the cache', async () => {
      for (let n = 0; n < 6; n += 1) await addPrompt();
      const person = await aPerson();
      const looks = await Promise.all(
        Array.from({ length: 12 }, (_, n) => today(person, n % 2 === 0 ? t.app : second)),
      );
      const [first] = looks;
      if (!first) throw new Error('There was no answer');
      expect(new Set(looks.map((set) => JSON.stringify(set))).size).toBe(1);
      expect(new Set(idsOf(first)).size).toBe(3);
      expect(await sets().countDocuments({ user_id: person.userId })).toBe(1);
      await as(admin)('PATCH', `prompts/${idsOf(first)[0]}`, { text: 'Something else?' });
      await as(admin)('DELETE', `prompts/${idsOf(first)[1]}`);
      for (let n = 0; n < 6; n += 1) await addPrompt();
      const keys = await t.app
        .get(Redis)
        .run((client) => client.keys(`${t.stores.config.redis.keyPrefix}*`), 5_000);
      if (keys.length > 0) await t.app.get(Redis).run((client) => client.unlink(keys), 5_000);
      expect([await today(person), await today(person, second)]).toEqual([first, first]);
    });

    it('would be the same set if it were chosen anew, and another one on most other days', async () => {
      const person = await aPerson();
      const first = await today(person);
      await sets().deleteOne({ user_id: person.userId });
      expect(idsOf(await today(person, second))).toEqual(idsOf(first));
      const chosen = new Set<string>();
      for (let day = 1; day <= 9; day += 1) {
        clock.travelTo(`2030-01-0${day}T12:00:00.000Z`);
        chosen.add(JSON.stringify(idsOf(await today(person))));
      }
      clock.back();
      expect(chosen.size).toBeGreaterThan(3);
    });

    it('are completed once, with one activity entry', async () => {
      const person = await aPerson();
      const [id = '', second = '', third = ''] = idsOf(await today(person));
      const headers = { 'idempotency-key': newId() };
      const answers = await Promise.all(Array.from({ length: 6 }, () => complete(person, id)));
      const done = setShape.parse(answers[0]?.body);
      for (const answer of answers) expect([answer.status, answer.body]).toEqual([200, done]);
      expect(
        done.prompts.filter(({ completed_at }) => completed_at !== null).map((prompt) => prompt.id),
      ).toEqual([id]);
      expect(done.is_completed).toBe(false);
      const keyed = await complete(person, second, headers);
      const replayed = await complete(person, second, headers);
      expect([keyed.status, replayed.status, replayed.body]).toEqual([200, 200, keyed.body]);
      expect(setShape.parse((await complete(person, third)).body).is_completed).toBe(true);
      expect((await complete(person, newId())).status).toBe(404);
      const stored = await sets().findOne({ user_id: person.userId });
      const { body } = await t.request('GET', `/api/v1/activity?resource_id=${stored?._id}`);
      const entries = pageShape(activityShape.loose()).parse(body).data;
      expect(entries.map(({ event_type }) => event_type)).toEqual(Array<string>(3).fill('prompt.completed'));
    });

    it('are of the day of the profile’s zone, hidden once it is over, and removed 30 days later', async () => {
      const person = await aPerson();
      await as(person)('PATCH', 'profile', { time_zone: 'America/Havana' });
      clock.travelTo('2025-11-02T04:30:00.000Z');
      const first = await today(person);
      expect(first.date).toBe('2025-11-02');
      clock.travelTo('2025-11-03T04:59:59.000Z');
      expect(await today(person)).toEqual(first);
      clock.travelTo('2025-11-03T05:00:00.000Z');
      const next = await today(person);
      expect(next.date).toBe('2025-11-03');
      const gone = idsOf(first).find((id) => !idsOf(next).includes(id));
      if (gone !== undefined) expect((await complete(person, gone)).status).toBe(404);
      const datesLeft = async () =>
        (await sets().find({ user_id: person.userId }).toArray()).map(({ date }) => date).toSorted();
      const runAt = async (moment: string, expected: readonly string[]) => {
        clock.travelTo(moment);
        new TravellingClock(second).travelTo(moment);
        await makePeriodDue(t.app, 'prompts.sets-retention');
        await eventually(datesLeft, (dates) => dates.length === expected.length);
        expect(await datesLeft()).toEqual(expected);
      };
      await runAt('2025-12-03T12:00:01.000Z', ['2025-11-03']);
      await runAt('2025-12-04T12:00:01.000Z', []);
      clock.back();
      expect([...t.app.get(Declarations).resources]).toEqual(
        expect.arrayContaining(['tags', 'moods', 'prompts']),
      );
    });
  });
});
