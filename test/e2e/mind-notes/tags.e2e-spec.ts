import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { createApp } from '../../../src/app.setup.js';
import { newId } from '../../../src/common/ids/ids.js';
import { canonicalTimeZone } from '../../../src/common/time/time-zone.js';
import { TagsReadModel } from '../../../src/modules/tags/tags.pg.read-model.js';
import { TimeZones } from '../../../src/modules/users/time-zones.service.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { joinOrganization, seedTenant, type Tenant } from '../../factories/tenant.js';
import { activityShape, pageShape, problemShape } from '../../support/shapes.js';
import { createTestApp, request, type TestApp } from '../../support/test-app.js';

const withId = z.looseObject({ id: z.uuid() });
const profileShape = z.looseObject({ id: z.uuid(), time_zone: z.string() });

describe('what is set for a person', () => {
  let t: TestApp;
  let second: NestFastifyApplication;
  let admin: Tenant;
  beforeAll(async () => {
    t = await createTestApp();
    second = await createApp(t.stores.config);
    admin = await seedTenant(t.app, { platformRole: 'admin' });
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
        const expected = canonicalTimeZone(zone);
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
});
