import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { newAccount } from '../factories/account.js';
import { seedTenant } from '../factories/tenant.js';
import { activityShape, pageShape, problemShape, userShape } from '../support/shapes.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

describe('users', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp();
  });
  afterAll(() => t.close());

  const create = async (overrides: Record<string, unknown> = {}) => {
    const answer = await t.request('POST', '/api/v1/users', { body: newAccount(overrides) });
    expect(answer.status).toBe(201);
    return userShape.parse(answer.body);
  };

  it('creates an account and shows no trace of its password', async () => {
    const answer = await t.request('POST', '/api/v1/users', {
      body: newAccount({ password: 'correct horse' }),
    });
    expect(answer.status).toBe(201);
    const user = userShape.parse(answer.body);
    expect(answer.headers['location']).toBe(`/api/v1/users/${user.id}`);
    expect(user.organization_id).toBe(t.tenant.orgId);
    expect(answer.text).not.toContain('correct horse');
    expect(answer.text).not.toContain('argon2');
  });

  it.each([
    ['an unknown field', { nickname: 'x' }, 422, 'nickname'],
    ['no e-mail address', { email: 'ada' }, 422, 'email'],
    ['a username with a space', { username: 'a b' }, 422, 'username'],
    ['a short password', { password: 'short' }, 422, 'password'],
    ['an avatar that is a script', { avatar: 'javascript:alert(1)' }, 422, 'avatar'],
    ['a password beside a hash', { password: 'correct horse', password_hash: 'x' }, 422, 'password_hash'],
  ])('refuses %s by its path', async (_, overrides, status, path) => {
    const answer = await t.request('POST', '/api/v1/users', { body: newAccount(overrides) });
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(problemShape.parse(answer.body).errors.map((error) => error.path)).toContain(path);
  });

  it('refuses broken JSON with 400 and another media type with 415', async () => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${t.tenant.token}` };
    const broken = await t.app.inject({
      method: 'POST',
      url: '/api/v1/users',
      headers,
      payload: '{"email":',
    });
    expect(broken.statusCode).toBe(400);
    expect(problemShape.parse(broken.json()).code).toBe('request.malformed');
    const xml = { ...headers, 'content-type': 'application/xml' };
    const other = await t.app.inject({ method: 'POST', url: '/api/v1/users', headers: xml, payload: '<a/>' });
    expect(other.statusCode).toBe(415);
    problemShape.parse(other.json());
  });

  it('refuses a body above 1 MiB with 413 and one nested too deeply with 400', async () => {
    const large = await t.request('POST', '/api/v1/users', { body: { email: 'x'.repeat(1_100_000) } });
    expect(large.status).toBe(413);
    const deep = JSON.parse('['.repeat(40) + ']'.repeat(40)) as unknown;
    expect((await t.request('POST', '/api/v1/users', { body: { email: deep } })).status).toBe(400);
  });

  it('answers a taken e-mail address and username with 409, whatever their case', async () => {
    const user = await create();
    const email = await t.request('POST', '/api/v1/users', {
      body: newAccount({ email: user.email.toUpperCase() }),
    });
    expect([email.status, problemShape.parse(email.body).code]).toEqual([409, 'users.email_taken']);
    const name = await t.request('POST', '/api/v1/users', {
      body: newAccount({ username: user.username.toUpperCase() }),
    });
    expect([name.status, problemShape.parse(name.body).code]).toEqual([409, 'users.username_taken']);
  });

  it('lets exactly one of 20 concurrent creations with one e-mail address through', async () => {
    const { email } = newAccount();
    const bodies = Array.from({ length: 20 }, () => newAccount({ email }));
    const answers = await Promise.all(bodies.map((body) => t.request('POST', '/api/v1/users', { body })));
    expect(answers.map(({ status }) => status).sort()).toEqual([
      201,
      ...Array.from({ length: 19 }, () => 409),
    ]);
  });

  it('changes only what PATCH names, resets with PUT, and is never stale', async () => {
    const user = await create({ avatar: 'https://example.com/1.png' });
    const path = `/api/v1/users/${user.id}`;
    await t.request('GET', path);
    const avatar = 'https://example.com/2.png';
    expect(userShape.parse((await t.request('PATCH', path, { body: { avatar } })).body)).toMatchObject({
      avatar,
      email: user.email,
    });
    expect(userShape.parse((await t.request('GET', path)).body).avatar).toBe(avatar);
    const { email, username } = user;
    expect((await t.request('PUT', path, { body: { email, username } })).status).toBe(200);
    expect(userShape.parse((await t.request('GET', path)).body).avatar).toBeNull();
  });

  it('answers a repeated read from the cache with the same bytes and ETag, and If-None-Match with 304', async () => {
    const path = `/api/v1/users/${(await create()).id}`;
    const first = await t.request('GET', path);
    const second = await t.request('GET', path);
    expect(first.headers['cache-status']).toContain('fwd=miss');
    expect(second.headers['cache-status']).toContain('triptych; hit');
    expect([second.text, second.headers['etag']]).toEqual([first.text, first.headers['etag']]);
    const etag = String(first.headers['etag']);
    const unchanged = await t.request('GET', path, { headers: { 'if-none-match': etag } });
    expect([unchanged.status, unchanged.text]).toEqual([304, '']);
  });

  it('refuses a stale If-Match with 412 on PUT, PATCH and DELETE and takes a current one', async () => {
    const user = await create();
    const path = `/api/v1/users/${user.id}`;
    const etag = String((await t.request('GET', path)).headers['etag']);
    await t.request('PATCH', path, { body: { avatar: 'https://example.com/3.png' } });
    const headers = { 'if-match': etag };
    const { email, username } = user;
    expect((await t.request('PUT', path, { body: { email, username }, headers })).status).toBe(412);
    expect((await t.request('PATCH', path, { body: { avatar: null }, headers })).status).toBe(412);
    expect((await t.request('DELETE', path, { headers })).status).toBe(412);
    const current = String((await t.request('GET', path)).headers['etag']);
    expect((await t.request('DELETE', path, { headers: { 'if-match': current } })).status).toBe(204);
    expect((await t.request('GET', path)).status).toBe(404);
  });

  it('walks pages without repeating or skipping while accounts come and go', async () => {
    const own = await seedTenant(t.app);
    const as = { token: own.token };
    const ids: string[] = [];
    for (let n = 0; n < 25; n += 1) {
      const answer = await t.request('POST', '/api/v1/users', { ...as, body: newAccount() });
      ids.push(userShape.parse(answer.body).id);
    }
    const remove = async (id: string): Promise<void> => {
      expect((await t.request('DELETE', `/api/v1/users/${id}`, as)).status).toBe(204);
    };
    const seen: string[] = [];
    const goneUnseen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor === '' ? '?limit=4' : `?limit=4&cursor=${cursor}`;
      const page = pageShape(userShape).parse((await t.request('GET', `/api/v1/users${query}`, as)).body);
      seen.push(...page.data.map(({ id }) => id));
      cursor = page.page.next_cursor;
      await t.request('POST', '/api/v1/users', { ...as, body: newAccount() });
      // The one that the cursor was made of, and one that the walk has not come to.
      const [last, ahead] = [seen.at(-1), ids[goneUnseen.length]];
      if (cursor === null || last === undefined || ahead === undefined || seen.includes(ahead)) continue;
      await remove(last);
      await remove(ahead);
      goneUnseen.push(ahead);
    }
    expect(goneUnseen.length).toBeGreaterThan(2);
    const expected = ids.reverse().filter((id) => !goneUnseen.includes(id));
    expect(seen).toEqual([...expected, own.userId]);
  });

  it('filters by e-mail, username, role and part of either', async () => {
    const user = await create();
    const list = async (query: string) =>
      pageShape(userShape)
        .parse((await t.request('GET', `/api/v1/users?${query}`)).body)
        .data.map(({ id }) => id);
    expect(await list(`email=${encodeURIComponent(user.email.toUpperCase())}`)).toEqual([user.id]);
    expect(await list(`username=${user.username}`)).toEqual([user.id]);
    expect(await list(`q=${user.username.slice(2)}`)).toEqual([user.id]);
    expect(await list('q=%25')).toEqual([]);
    expect(await list('role=admin')).toEqual([]);
  });

  it.each(['limit=0', 'limit=201', 'limit=x', 'cursor=nonsense', 'colour=red', 'role=king'])(
    'refuses ?%s with 400 and names it',
    async (query) => {
      const answer = await t.request('GET', `/api/v1/users?${query}`);
      expect(answer.status).toBe(400);
      const [name] = query.split('=');
      expect(problemShape.parse(answer.body).errors.map(({ path }) => path)).toEqual([name]);
    },
  );

  it('answers 404 for an unknown id, for text that is no id, and for another tenant’s account', async () => {
    const foreign = await seedTenant(t.app);
    for (const id of ['01981c7e-52a0-7b5e-9d42-0f3f6f1f8a11', 'nobody', foreign.userId]) {
      for (const [method, body] of [['GET'], ['PATCH', { avatar: null }], ['DELETE']] as const) {
        const answer = await t.request(method, `/api/v1/users/${id}`, { body });
        expect([id, method, answer.status]).toEqual([id, method, 404]);
        problemShape.parse(answer.body);
      }
    }
  });

  it('lets members read, change themselves, and nothing else', async () => {
    const member = await seedTenant(t.app, { orgId: t.tenant.orgId, role: 'member' });
    const as = { token: member.token };
    const other = await create();
    expect((await t.request('GET', `/api/v1/users/${other.id}`, as)).status).toBe(200);
    expect(
      (await t.request('PATCH', `/api/v1/users/${other.id}`, { ...as, body: { avatar: null } })).status,
    ).toBe(403);
    expect((await t.request('DELETE', `/api/v1/users/${other.id}`, as)).status).toBe(403);
    expect((await t.request('POST', '/api/v1/users', { ...as, body: newAccount() })).status).toBe(403);
    const avatar = 'https://example.com/own.png';
    expect(
      (await t.request('PATCH', `/api/v1/users/${member.userId}`, { ...as, body: { avatar } })).status,
    ).toBe(200);
    expect(
      (await t.request('PATCH', `/api/v1/users/${member.userId}`, { ...as, body: { role: 'admin' } })).status,
    ).toBe(403);
  });

  it('keeps platform roles to platform admins, and takes hashes from any admin of the organisation', async () => {
    const role = newAccount({ role: 'admin' });
    expect((await t.request('POST', '/api/v1/users', { body: role })).status).toBe(403);
    const member = await create();
    const promotion = { body: { role: 'admin' } };
    expect((await t.request('PATCH', `/api/v1/users/${member.id}`, promotion)).status).toBe(403);
    const imported = newAccount({ password_hash: 'hashed_password' });
    const answer = await t.request('POST', '/api/v1/users', { body: imported });
    expect(answer.status).toBe(201);
    expect(answer.text).not.toContain('hashed_password');
  });

  it('keeps the last owner', async () => {
    const answer = await t.request('DELETE', `/api/v1/users/${t.tenant.userId}`);
    expect([answer.status, problemShape.parse(answer.body).code]).toEqual([409, 'organizations.last_owner']);
  });

  it('leaves exactly one activity entry for each mutation, readable at once, and none for one that changed nothing', async () => {
    const user = await create();
    const path = `/api/v1/users/${user.id}`;
    await t.request('PATCH', path, { body: { avatar: 'https://example.com/4.png' } });
    await t.request('PATCH', path, { body: { avatar: 'https://example.com/4.png' } });
    const before = pageShape(activityShape).parse(
      (await t.request('GET', `/api/v1/activity?user_id=${user.id}`)).body,
    );
    expect(before.data.map((entry) => entry.event_type)).toEqual(['user.updated', 'user.created']);
    expect(before.data.map((entry) => entry.user_email)).toEqual([user.email, user.email]);
    expect(before.data.map((entry) => entry.actor_id)).toEqual([t.tenant.userId, t.tenant.userId]);
    await t.request('DELETE', path);
    const after = pageShape(activityShape).parse(
      (await t.request('GET', `/api/v1/activity?user_id=${user.id}`)).body,
    );
    expect(after.data.map((entry) => entry.event_type)).toEqual([
      'user.deleted',
      'user.updated',
      'user.created',
    ]);
    expect(after.data.map((entry) => entry.user_email)).toEqual([null, null, null]);
  });

  it('answers a method that a path does not have with 405 and Allow', async () => {
    const answer = await t.request('DELETE', '/api/v1/users');
    expect([answer.status, answer.headers['allow']]).toEqual([405, 'GET, HEAD, POST']);
    problemShape.parse(answer.body);
    expect((await t.request('GET', '/api/v1/nothing')).status).toBe(404);
  });

  it('gives every answer a request id, the caller’s where it is usable', async () => {
    const given = await t.request('GET', '/api/v1/users', { headers: { 'x-request-id': 'trace-1' } });
    expect(given.headers['x-request-id']).toBe('trace-1');
    const bad = await t.request('GET', '/api/v1/users', { headers: { 'x-request-id': 'a b\tc' } });
    expect(z.uuid().safeParse(bad.headers['x-request-id']).success).toBe(true);
  });
});
