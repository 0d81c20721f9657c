import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { Postgres } from '../../src/stores/postgres/postgres.js';
import { newAccount } from '../factories/account.js';
import { seedKey } from '../factories/api-key.js';
import { joinOrganization, seedTenant } from '../factories/tenant.js';
import { problemShape, userShape } from '../support/shapes.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const PASSWORD = 'correct horse battery';
const resetShape = z.strictObject({ token: z.string(), expires_at: z.iso.datetime() });

describe('password resets', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp();
  });
  afterAll(() => t.close());

  const create = async (overrides: Record<string, unknown> = {}) => {
    const answer = await t.request('POST', '/api/v1/users', { body: newAccount(overrides) });
    return userShape.parse(answer.body);
  };
  const ask = (id: string, token = t.tenant.token, headers = {}) =>
    t.request('POST', `/api/v1/users/${id}/password-reset`, { token, headers });
  const issue = async (id: string, token?: string) => resetShape.parse((await ask(id, token)).body);
  const use = (token: string, new_password = PASSWORD) =>
    t.request('POST', '/api/v1/auth/password-reset', { token: null, body: { token, new_password } });
  const login = (email: string, password = PASSWORD) =>
    t.request('POST', '/api/v1/auth/login', { token: null, body: { email, password } });

  it('opens an account whose imported password cannot be checked, once', async () => {
    const user = await create({ password_hash: 'hashed_password' });
    expect((await login(user.email)).status).toBe(401);
    const issued = await ask(user.id);
    expect(issued.status).toBe(201);
    const { token, expires_at } = resetShape.parse(issued.body);
    const hours = (new Date(expires_at).getTime() - Date.now()) / 3_600_000;
    expect(Math.round(hours)).toBe(24);
    expect((await use(token)).status).toBe(204);
    expect((await login(user.email)).status).toBe(200);
    const again = await use(token, 'another phrase');
    expect([again.status, problemShape.parse(again.body).code]).toEqual([422, 'auth.reset_not_usable']);
    expect((await login(user.email)).status).toBe(200);
    const kept = await t.app.get(Postgres).sql<{ text: string }[]>`
      select coalesce(string_agg(r::text, ''), '') as text from password_resets r`;
    expect(kept[0]?.text).not.toContain(token);
  });

  it('ends all sessions, and is in the log', async () => {
    const user = await create({ password: 'another phrase' });
    const loginShape = z.object({ access_token: z.string() });
    const session = loginShape.parse((await login(user.email, 'another phrase')).body).access_token;
    expect((await t.request('GET', '/api/v1/profile', { token: session })).status).toBe(200);
    const { token } = await issue(user.id);
    expect((await t.request('GET', '/api/v1/profile', { token: session })).status).toBe(200);
    expect((await use(token)).status).toBe(204);
    expect((await t.request('GET', '/api/v1/profile', { token: session })).status).toBe(401);
    const entries = z
      .object({ data: z.array(z.object({ event_type: z.string(), actor_id: z.string().nullable() })) })
      .parse((await t.request('GET', `/api/v1/activity?user_id=${user.id}`)).body)
      .data.map(({ event_type, actor_id }) => [event_type, actor_id]);
    expect(entries.slice(0, 2)).toEqual([
      ['user.updated', user.id],
      ['user.password_reset_issued', t.tenant.userId],
    ]);
  });

  it('lets one of 10 concurrent uses through', async () => {
    const { token } = await issue((await create()).id);
    const answers = await Promise.all(Array.from({ length: 10 }, () => use(token)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([
      204,
      ...Array.from({ length: 9 }, () => 422),
    ]);
  });

  it('is of no use once it has expired, was replaced, or the password is another one', async () => {
    const user = await create();
    const replaced = await issue(user.id);
    const current = await issue(user.id);
    expect((await use(replaced.token)).status).toBe(422);
    await t.request('PATCH', `/api/v1/users/${user.id}`, { body: { password: 'another phrase' } });
    expect((await use(current.token)).status).toBe(422);
    const expired = await issue(user.id);
    await t.app.get(Postgres).sql`update password_resets set expires_at = now() where user_id = ${user.id}`;
    expect((await use(expired.token)).status).toBe(422);
    expect((await login(user.email, 'another phrase')).status).toBe(200);
  });

  it('is no credential, and no other token is a reset', async () => {
    const { token } = await issue((await create()).id);
    expect((await t.request('GET', '/api/v1/profile', { token })).status).toBe(401);
    const headers = { 'x-api-key': token };
    expect((await t.request('GET', '/api/v1/profile', { token: null, headers })).status).toBe(401);
    for (const other of [t.tenant.token, 'ttr_made-up', `${token.slice(0, -1)}!`])
      expect((await use(other)).status).toBe(422);
    expect((await use(token, 'short')).status).toBe(422);
    expect((await use(token)).status).toBe(204);
  });

  it('is never repeated with its token', async () => {
    const { id } = await create();
    const headers = { 'idempotency-key': 'reset' };
    const first = await ask(id, t.tenant.token, headers);
    const second = await ask(id, t.tenant.token, headers);
    expect([second.status, second.headers['idempotency-replayed']]).toEqual([201, 'true']);
    expect(second.body).toEqual({ ...resetShape.parse(first.body), token: null });
  });

  it('is issued for platform admins, and for accounts of another organisation too, by a platform admin alone', async () => {
    const operator = await seedTenant(t.app, { platformRole: 'admin' });
    const colleague = await seedTenant(t.app, {
      orgId: t.tenant.orgId,
      platformRole: 'admin',
      role: 'member',
    });
    const shared = await create();
    const other = await seedTenant(t.app);
    await joinOrganization(t.app, other.orgId, shared.id, 'viewer');
    const key = await seedKey(t.app, operator, ['*']);
    for (const id of [colleague.userId, shared.id]) {
      expect((await ask(id)).status).toBe(403);
      expect((await ask(id, other.token)).status).toBe(id === shared.id ? 403 : 404);
      expect((await ask(id, key)).status).toBe(404);
      expect((await use((await issue(id, operator.token)).token)).status).toBe(204);
    }
    expect((await ask(operator.userId, operator.token)).status).toBe(403);
    expect((await ask(t.tenant.userId)).status).toBe(403);
  });

  it('does not open what the account has come to reach since it was issued', async () => {
    const [promoted, shared] = [await create(), await create()];
    const tokens = [(await issue(promoted.id)).token, (await issue(shared.id)).token];
    await t.app.get(Postgres).sql`update users set role = 'admin' where id = ${promoted.id}`;
    const other = await seedTenant(t.app);
    await joinOrganization(t.app, other.orgId, shared.id, 'member');
    for (const token of tokens) expect((await use(token)).status).toBe(422);
  });
});
