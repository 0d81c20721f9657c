import { scryptSync } from 'node:crypto';

import { hash as bcrypt } from '@node-rs/bcrypt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { ANALYTICS_COLLECTION } from '../../src/modules/analytics/analytics-event.js';
import { Mongo } from '../../src/stores/mongo/mongo.js';
import { newAccount } from '../factories/account.js';
import { seedTenant } from '../factories/tenant.js';
import { activityShape, pageShape, problemShape, userShape } from '../support/shapes.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const PASSWORD = 'correct horse battery';
const loginShape = z.strictObject({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_at: z.iso.datetime(),
  user: userShape,
});

describe('auth', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp();
  });
  afterAll(() => t.close());

  const account = async () => {
    const body = newAccount({ password: PASSWORD });
    const answer = await t.request('POST', '/api/v1/users', { body });
    return { ...userShape.parse(answer.body), password: PASSWORD };
  };
  const login = (body: Record<string, unknown>) =>
    t.request('POST', '/api/v1/auth/login', { body, token: null });
  const signIn = async (email: string) =>
    loginShape.parse((await login({ email, password: PASSWORD })).body).access_token;
  const profile = (token: string) => t.request('GET', '/api/v1/profile', { token });

  it('logs in by e-mail and by username, and records it once in both stores', async () => {
    const user = await account();
    await t.request('GET', `/api/v1/users/${user.id}`);
    expect((await login({ email: user.email, password: PASSWORD })).status).toBe(200);
    expect((await login({ username: user.username.toUpperCase(), password: PASSWORD })).status).toBe(200);
    const read = userShape.parse((await t.request('GET', `/api/v1/users/${user.id}`)).body);
    expect(read.last_login_at).not.toBeNull();
    const activity = await t.request('GET', `/api/v1/activity?user_id=${user.id}&event_type=user.login`);
    expect(pageShape(activityShape).parse(activity.body).data).toHaveLength(2);
    const analytics = t.app.get(Mongo).connection.db?.collection(ANALYTICS_COLLECTION);
    const events = await analytics?.find({ user_id: user.id }).toArray();
    const recorded = { event_name: 'user_login', event_category: 'authentication' };
    expect(events).toEqual([expect.objectContaining(recorded), expect.objectContaining(recorded)]);
  });

  it('answers an unknown account and a wrong password alike', async () => {
    const user = await account();
    const wrong = await login({ email: user.email, password: 'wrong password' });
    const unknown = await login({ email: 'nobody@example.com', password: 'wrong password' });
    const shown = [wrong, unknown].map(({ status, headers, body }) => {
      const { code, detail } = problemShape.parse(body);
      return { status, challenge: headers['www-authenticate'], code, detail };
    });
    expect(shown[0]).toEqual(shown[1]);
    expect(shown[0]).toMatchObject({ status: 401, code: 'auth.wrong_credentials' });
  });

  it('makes failures wait longer and longer, a burst included, and then says how long', async () => {
    const user = await account();
    const burst = await Promise.all(
      Array.from({ length: 12 }, () => login({ email: user.email, password: 'wrong password' })),
    );
    const refused = burst.filter(({ status }) => status === 429);
    expect([burst.filter(({ status }) => status === 401).length, refused.length]).toEqual([5, 7]);
    expect(Number(refused[0]?.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect((await login({ email: user.email, password: PASSWORD })).status).toBe(429);
  });

  it('refuses a token from the request after the logout on, and only that one', async () => {
    const user = await account();
    const [one, two] = [await signIn(user.email), await signIn(user.email)];
    expect((await profile(one)).status).toBe(200);
    expect((await t.request('POST', '/api/v1/auth/logout', { token: one })).status).toBe(204);
    const refused = await profile(one);
    expect([refused.status, refused.headers['www-authenticate']]).toEqual([
      401,
      'Bearer realm="triptych", error="invalid_token"',
    ]);
    expect((await profile(two)).status).toBe(200);
  });

  it('lists one’s sessions without tokens and ends one of them', async () => {
    const user = await account();
    const [one, two] = [await signIn(user.email), await signIn(user.email)];
    const listed = await t.request('GET', '/api/v1/auth/sessions', { token: two });
    const { data } = z
      .object({ data: z.array(z.object({ id: z.uuid(), is_current: z.boolean() })) })
      .parse(listed.body);
    expect(data.map(({ is_current }) => is_current)).toEqual([true, false]);
    expect(listed.text).not.toContain(two);
    const other = data[1]?.id ?? '';
    const foreign = await seedTenant(t.app);
    expect(
      (await t.request('DELETE', `/api/v1/auth/sessions/${other}`, { token: foreign.token })).status,
    ).toBe(404);
    const end = (etag: string) =>
      t.request('DELETE', `/api/v1/auth/sessions/${other}`, { token: two, headers: { 'if-match': etag } });
    expect((await end('"stale"')).status).toBe(412);
    expect((await profile(one)).status).toBe(200);
    const read = await t.request('GET', `/api/v1/auth/sessions/${other}`, { token: two });
    expect([read.status, read.body]).toMatchObject([200, { id: other, is_current: false }]);
    expect((await end(String(read.headers['etag']))).status).toBe(204);
    expect([(await profile(one)).status, (await profile(two)).status]).toEqual([401, 200]);
  });

  it('changes the password, ends the other sessions, and refuses a wrong current one', async () => {
    const user = await account();
    const [one, two] = [await signIn(user.email), await signIn(user.email)];
    const change = (current_password: string) =>
      t.request('POST', '/api/v1/auth/password', {
        token: one,
        body: { current_password, new_password: 'another phrase' },
      });
    expect((await change('wrong')).status).toBe(422);
    expect((await change(PASSWORD)).status).toBe(204);
    expect([(await profile(one)).status, (await profile(two)).status]).toEqual([200, 401]);
    expect((await login({ email: user.email, password: PASSWORD })).status).toBe(401);
    expect((await login({ email: user.email, password: 'another phrase' })).status).toBe(200);
  });

  it('takes imported bcrypt and scrypt hashes and calls any other text a reset', async () => {
    const admin = await seedTenant(t.app, { platformRole: 'admin' });
    const salt = Buffer.from('sixteen bytes of');
    const key = scryptSync(PASSWORD, salt, 32, { N: 16_384, r: 8, p: 1 });
    const unpadded = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
    const scrypt = `$scrypt$ln=14,r=8,p=1$${unpadded(salt)}$${unpadded(key)}`;
    const imported = async (password_hash: string) => {
      const body = newAccount({ password_hash });
      expect((await t.request('POST', '/api/v1/users', { body, token: admin.token })).status).toBe(201);
      return login({ email: body.email, password: PASSWORD });
    };
    expect((await imported(await bcrypt(PASSWORD, 5))).status).toBe(200);
    expect((await imported(scrypt)).status).toBe(200);
    const reset = await imported('hashed_password');
    expect([reset.status, problemShape.parse(reset.body).code]).toEqual([401, 'auth.password_reset_needed']);
  });

  it('gives the profile with its organisation, cached yet never stale after a write', async () => {
    const shape = userShape.extend({
      organization: z.object({ id: z.uuid(), role: z.string() }),
      subscription: z.null(),
      entitlements: z.object({ plan_code: z.literal('free') }),
      total_entries: z.literal(0),
      time_zone: z.literal('UTC'),
    });
    const first = shape.parse((await t.request('GET', '/api/v1/profile')).body);
    expect(first.organization).toMatchObject({ id: t.tenant.orgId, role: 'owner' });
    expect((await t.request('GET', '/api/v1/profile')).headers['cache-status']).toContain('hit');
    const avatar = 'https://example.com/me.png';
    expect((await t.request('PATCH', '/api/v1/profile', { body: { avatar } })).status).toBe(200);
    expect(shape.parse((await t.request('GET', '/api/v1/profile')).body).avatar).toBe(avatar);
  });

  it('takes If-Match for the profile, and refuses what was changed since, the organisation included', async () => {
    const own = { token: (await seedTenant(t.app)).token };
    const read = async () => String((await t.request('GET', '/api/v1/profile', own)).headers['etag']);
    const change = async (etag: string, n: number) => {
      const body = { avatar: `https://example.com/${n}.png` };
      const answer = await t.request('PATCH', '/api/v1/profile', {
        ...own,
        body,
        headers: { 'if-match': etag },
      });
      return answer.status;
    };
    const first = await read();
    expect(await change(first, 1)).toBe(200);
    const second = await read();
    expect([await change(first, 2), await read()]).toEqual([412, second]);
    const { organization } = z
      .object({ organization: z.object({ id: z.uuid() }) })
      .parse((await t.request('GET', '/api/v1/profile', own)).body);
    const path = `/api/v1/organizations/${organization.id}`;
    expect((await t.request('PATCH', path, { ...own, body: { name: 'Other' } })).status).toBe(200);
    expect(await change(second, 3)).toBe(412);
    expect([await change(await read(), 4), await change('*', 5)]).toEqual([200, 200]);
  });

  it('refuses requests without a credential, with a made-up one, and with a mistyped one', async () => {
    const last = t.tenant.token.at(-1) === 'a' ? 'b' : 'a';
    for (const token of [null, 'nonsense', t.tenant.token.slice(0, -1) + last]) {
      const answer = await t.request('GET', '/api/v1/profile', { token });
      expect([token, answer.status]).toEqual([token, 401]);
      expect(answer.headers['www-authenticate']).toMatch(/^Bearer realm="triptych"/);
    }
  });

  it('acts in the organisation of X-Organization-Id only for its members', async () => {
    const foreign = await seedTenant(t.app);
    const headers = { 'x-organization-id': foreign.orgId };
    const answer = await t.request('GET', '/api/v1/profile', { headers });
    expect([answer.status, problemShape.parse(answer.body).code]).toEqual([403, 'auth.not_a_member']);
  });
});
