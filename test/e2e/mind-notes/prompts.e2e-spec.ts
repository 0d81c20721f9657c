import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { createApp } from '../../../src/app.setup.js';
import { newId } from '../../../src/common/ids/ids.js';
import { Declarations } from '../../../src/flows/declarations.js';
import { PromptsReadModel } from '../../../src/modules/prompts/prompts.pg.read-model.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { Redis } from '../../../src/stores/redis/redis.js';
import { seedTenant, type Tenant } from '../../factories/tenant.js';
import { eventually } from '../../support/eventually.js';
import { makePeriodDue } from '../../support/scheduled-jobs.js';
import { activityShape, pageShape } from '../../support/shapes.js';
import { createTestApp, request, type TestApp } from '../../support/test-app.js';
import { TravellingClock } from '../../support/travelling-clock.js';

const withId = z.looseObject({ id: z.uuid() });
const setShape = z.object({
  date: z.string(),
  prompts: z.array(z.looseObject({ id: z.string(), text: z.string(), completed_at: z.string().nullable() })),
  is_completed: z.boolean(),
});

describe('what is asked of a person', () => {
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
  afterEach(() => clock.back());
  afterAll(async () => {
    await second.close();
    await t.close();
  });

  const aPerson = () => seedTenant(t.app, { orgId: t.tenant.orgId, role: 'member' });
  const as =
    ({ token }: { token: string }, app = t.app) =>
    (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
      request(app, method, `/api/v1/${path}`, { token, body, headers });

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
        clock.travelTo(`2025-06-0${day}T12:00:00.000Z`);
        chosen.add(JSON.stringify(idsOf(await today(person))));
      }
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
      const changingNothing = { 'idempotency-key': newId() };
      expect((await complete(person, id, changingNothing)).status).toBe(200);
      expect((await complete(person, third, changingNothing)).status).toBe(422);
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
      expect([...t.app.get(Declarations).resources]).toEqual(
        expect.arrayContaining(['tags', 'moods', 'prompts']),
      );
    });
  });
});
