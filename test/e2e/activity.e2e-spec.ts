import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { isId } from '../../src/common/ids/ids.js';
import { Postgres } from '../../src/stores/postgres/postgres.js';
import { newAccount } from '../factories/account.js';
import { seedTenant } from '../factories/tenant.js';
import { pageShape, problemShape, userShape } from '../support/shapes.js';
import { createTestApp, request, type TestApp } from '../support/test-app.js';

const entryShape = z.strictObject({
  id: z.uuid(),
  organization_id: z.uuid(),
  event_type: z.string(),
  user_id: z.string().nullable(),
  user_email: z.string().nullable(),
  actor_id: z.string().nullable(),
  api_key_id: z.string().nullable(),
  resource_type: z.string().nullable(),
  resource_id: z.string().nullable(),
  payload: z.record(z.string(), z.unknown()),
  source: z.enum(['outbox', 'api']),
  occurred_at: z.iso.datetime({ precision: 3 }),
  recorded_at: z.iso.datetime({ precision: 3 }),
});
const pageOfEntries = pageShape(entryShape);

const PATH = '/api/v1/activity';

const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });

describe('activity', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp();
  });
  afterAll(() => t.close());

  const record = async (body: Record<string, unknown> = {}) => {
    const answer = await t.request('POST', PATH, { body: { event_type: 'page_view', ...body } });
    expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 201 });
    return entryShape.parse(answer.body);
  };
  const list = async (query = '') => pageOfEntries.parse((await t.request('GET', `${PATH}?${query}`)).body);
  const createUser = async () =>
    userShape.parse((await t.request('POST', '/api/v1/users', { body: newAccount() })).body);

  it('records an entry and says where it is', async () => {
    const payload = { page: '/dashboard', duration_ms: 1500 };
    const answer = await t.request('POST', PATH, {
      body: { user_id: 'user-uuid-here', event_type: 'page_view', payload },
    });
    expect(answer.status).toBe(201);
    const entry = entryShape.parse(answer.body);
    expect(isId(entry.id)).toBe(true);
    expect(answer.headers['location']).toBe(`${PATH}/${entry.id}`);
    expect(entry).toMatchObject({
      organization_id: t.tenant.orgId,
      event_type: 'page_view',
      user_id: 'user-uuid-here',
      user_email: null,
      actor_id: t.tenant.userId,
      resource_type: null,
      payload,
      source: 'api',
    });
    const read = await t.request('GET', `${PATH}/${entry.id}`);
    expect(read.status).toBe(200);
    expect(read.headers['x-data-source']).toBe('mongodb');
    expect(entryShape.parse(read.body)).toEqual(entry);
  });

  it('fills in the e-mail address of a member, and of nobody else', async () => {
    expect((await record({ user_id: t.tenant.userId })).user_email).toBe(t.tenant.email);
    const stranger = await seedTenant(t.app);
    expect((await record({ user_id: stranger.userId })).user_email).toBeNull();
  });

  it('shows what was done to an account in the very next request, once each', async () => {
    const user = await createUser();
    const types = async () => (await list(`user_id=${user.id}`)).data.map((entry) => entry.event_type);
    expect(await types()).toEqual(['user.created']);
    await t.request('PATCH', `/api/v1/users/${user.id}`, { body: { avatar: 'https://example.com/a.png' } });
    expect(await types()).toEqual(['user.updated', 'user.created']);
    const [entry] = (await list(`user_id=${user.id}&event_type=user.created`)).data;
    expect(entry).toMatchObject({
      user_email: user.email,
      resource_type: 'user',
      resource_id: user.id,
      source: 'outbox',
    });
  });

  it('keeps the entries of a deleted account and forgets its address', async () => {
    const user = await createUser();
    const [before] = (await list(`user_id=${user.id}`)).data;
    expect((await t.request('GET', `${PATH}/${before?.id}`)).text).toContain(user.email);
    expect((await t.request('DELETE', `/api/v1/users/${user.id}`)).status).toBe(204);
    const entries = (await list(`user_id=${user.id}`)).data;
    expect(entries.map((entry) => [entry.event_type, entry.user_email])).toEqual([
      ['user.deleted', null],
      ['user.created', null],
    ]);
    expect((await t.request('GET', `${PATH}/${before?.id}`)).text).not.toContain(user.email);
    const left = await t.app.get(Postgres)
      .sql`select 1 from outbox_events where outbox_events::text like ${`%${user.email}%`}`;
    expect(left).toHaveLength(0);
  });

  it('stores a payload as given, whatever its keys look like', async () => {
    const payload = { $where: 'sleep(1000)', 'a.b': { $gt: '' }, nested: { '': [null, 1.5, 'ü'] } };
    const entry = await record({ payload });
    expect(entryShape.parse((await t.request('GET', `${PATH}/${entry.id}`)).body).payload).toEqual(payload);
  });

  it.each([
    ['an unknown field', { nickname: 'x' }, 'nickname'],
    ['an organisation of its own choice', { organization_id: 'x' }, 'organization_id'],
    ['an event type with a space', { event_type: 'page view' }, 'event_type'],
    ['an event type that is an operator', { event_type: { $ne: null } }, 'event_type'],
    ['a user id of 256 characters', { user_id: 'x'.repeat(256) }, 'user_id'],
    ['a date without a time zone', { occurred_at: '2026-11-21T10:00:00' }, 'occurred_at'],
    ['a payload that is a list', { payload: [1] }, 'payload'],
    ['a payload above 32 KiB', { payload: { text: 'x'.repeat(33_000) } }, 'payload'],
    ['a payload of eleven levels', { payload: nested(11) }, `payload${'.a'.repeat(10)}`],
    ['a payload that names a prototype', { payload: { a: { prototype: 1 } } }, 'payload.a.prototype'],
  ])('refuses %s by its path', async (_, overrides, path) => {
    const answer = await t.request('POST', PATH, { body: { event_type: 'page_view', ...overrides } });
    expect(answer.status).toBe(422);
    expect(problemShape.parse(answer.body).errors.map((error) => error.path)).toEqual([path]);
  });

  it('refuses a payload with __proto__ before anybody sees it', async () => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${t.tenant.token}` };
    const payload = '{"event_type":"x","payload":{"__proto__":{"polluted":true}}}';
    const answer = await t.app.inject({ method: 'POST', url: PATH, headers, payload });
    expect(answer.statusCode).toBe(400);
    expect(Object.prototype).not.toHaveProperty('polluted');
  });

  it.each([
    ['user_id=user-7', ['c', 'a']],
    ['event_type=filtered.a', ['a']],
    ['resource_type=report', ['b', 'a']],
    ['resource_type=report&resource_id=r-2', ['b']],
    ['from=2020-01-02T00:00:00Z&to=2020-01-03T00:00:00Z', ['b']],
    ['from=2020-01-02T01:00:00%2B01:00&to=2020-01-04T00:00:00Z', ['c', 'b']],
    ['user_id=nobody', []],
  ])('filters by %s, newest first', async (query, expected) => {
    const marker = 'filters';
    const seeded = (await list(`resource_id=${marker}&limit=1`)).data.length > 0;
    if (!seeded) {
      await record({
        event_type: 'filtered.a',
        user_id: 'user-7',
        resource_type: 'report',
        resource_id: 'r-1',
        occurred_at: '2020-01-01T10:00:00Z',
      });
      await record({
        event_type: 'filtered.b',
        resource_type: 'report',
        resource_id: 'r-2',
        occurred_at: '2020-01-02T10:00:00Z',
      });
      await record({ event_type: 'filtered.c', user_id: 'user-7', occurred_at: '2020-01-03T10:00:00Z' });
      await record({ resource_id: marker });
    }
    const { data } = await list(query);
    expect(data.map((entry) => entry.event_type.replace('filtered.', ''))).toEqual(expected);
  });

  it.each([
    'colour=red',
    'user_id[$ne]=x',
    'limit=0',
    'limit=201',
    'from=yesterday',
    'cursor=bm9uZQ',
    'user_id=a&user_id=b',
  ])('refuses ?%s', async (query) => {
    const answer = await t.request('GET', `${PATH}?${query}`);
    expect(answer.status).toBe(400);
    problemShape.parse(answer.body);
  });

  it('pages through equal moments while entries are added, without a repeat or a gap', async () => {
    const occurredAt = '2019-05-05T05:05:05.555Z';
    const body = { event_type: 'paged', occurred_at: occurredAt };
    const ids = new Set<string>();
    for (let n = 0; n < 12; n += 1) ids.add((await record(body)).id);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page = await list(`event_type=paged&limit=5${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...page.data.map((entry) => entry.id));
      cursor = page.page.next_cursor;
      await record(body);
    }
    expect(seen).toHaveLength(new Set(seen).size);
    for (const id of ids) expect(seen).toContain(id);
    expect(seen).toEqual(seen.toSorted().reverse());
  });

  it('hides the entries of another organisation', async () => {
    const entry = await record({ user_id: 'shared-name' });
    const other = await seedTenant(t.app);
    const foreign = await request(t.app, 'GET', `${PATH}/${entry.id}`, { token: other.token });
    expect(foreign.status).toBe(404);
    expect(problemShape.parse(foreign.body).code).toBe('resource.not_found');
    const theirs = await request(t.app, 'GET', `${PATH}?user_id=shared-name`, { token: other.token });
    expect(pageOfEntries.parse(theirs.body).data).toEqual([]);
  });

  it.each(['not-an-id', '01981c7e-52a0-7b5e-9d42-0f3f6f1f8a11', '%00'])('has no entry %s', async (id) => {
    const answer = await t.request('GET', `${PATH}/${id}`);
    expect(answer.status).toBe(404);
    problemShape.parse(answer.body);
  });

  it('lets a viewer read and not write', async () => {
    const viewer = await seedTenant(t.app, { role: 'viewer', orgId: t.tenant.orgId });
    const options = { token: viewer.token };
    expect((await request(t.app, 'GET', PATH, options)).status).toBe(200);
    const refused = await request(t.app, 'POST', PATH, { ...options, body: { event_type: 'page_view' } });
    expect(refused.status).toBe(403);
    expect((await request(t.app, 'POST', PATH, { body: { event_type: 'page_view' } })).status).toBe(401);
  });

  it.each([
    ['PUT', '', 'GET, HEAD, POST'],
    ['PATCH', '', 'GET, HEAD, POST'],
    ['DELETE', '', 'GET, HEAD, POST'],
    ['PUT', '/ID', 'GET, HEAD'],
    ['PATCH', '/ID', 'GET, HEAD'],
    ['DELETE', '/ID', 'GET, HEAD'],
    ['POST', '/ID', 'GET, HEAD'],
  ])('never changes an entry: %s activity%s is 405', async (method, suffix, allow) => {
    const { id } = await record();
    const body = method === 'DELETE' ? {} : { body: { event_type: 'changed' } };
    const answer = await t.request(method, `${PATH}${suffix.replace('ID', id)}`, body);
    expect(answer.status).toBe(405);
    expect(answer.headers['allow']?.split(', ').sort().join(', ')).toBe(allow);
    expect(problemShape.parse(answer.body).code).toBe('request.method_not_allowed');
    expect(entryShape.parse((await t.request('GET', `${PATH}/${id}`)).body).event_type).toBe('page_view');
  });
});
