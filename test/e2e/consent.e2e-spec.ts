import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { LastUses } from '../../src/modules/auth/last-uses.service.js';
import { Postgres } from '../../src/stores/postgres/postgres.js';
import { newAccount } from '../factories/account.js';
import { joinOrganization, seedTenant, type Tenant } from '../factories/tenant.js';
import { lengthenSessions } from '../support/long-sessions.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { TravellingClock } from '../support/travelling-clock.js';

const PASSWORD = 'correct horse battery';
const invitationShape = z.object({ id: z.uuid(), token: z.string() });
const tokenShape = z.object({ token: z.string() });
const confirmedShape = z.object({ email_confirmed: z.boolean() });
const WEEK_MS = 7 * 24 * 3_600_000;

describe('consent', () => {
  let t: TestApp;
  let clock: TravellingClock;
  beforeAll(async () => {
    t = await createTestApp();
    clock = new TravellingClock(t.app);
  });
  afterAll(() => t.close());

  const org = () => `/api/v1/organizations/${t.tenant.orgId}`;
  const invite = async (email: string, role = 'member') => {
    const answer = await t.request('POST', `${org()}/members`, { body: { email, role } });
    expect(answer.status).toBe(202);
    return invitationShape.parse(answer.body);
  };
  const accept = (token: string, { token: session }: Pick<Tenant, 'token'>) =>
    t.request('POST', '/api/v1/invitations/accept', { body: { token }, token: session });
  const open = async () =>
    z
      .object({ data: z.array(z.object({ id: z.uuid(), email: z.string() })) })
      .parse((await t.request('GET', `${org()}/invitations`)).body).data;
  const signIn = async (email: string) => {
    const body = { email, password: PASSWORD };
    const answer = await t.request('POST', '/api/v1/auth/login', { body, token: null });
    return z.object({ access_token: z.string() }).parse(answer.body).access_token;
  };
  const account = async () => {
    const body = newAccount({ password: PASSWORD });
    const { body: made } = await t.request('POST', '/api/v1/users', { body });
    const { id } = z.object({ id: z.uuid() }).parse(made);
    return { id, email: body.email, token: await signIn(body.email) };
  };

  it('makes the person of an address a member, once, when they accept', async () => {
    const [person, other] = [await seedTenant(t.app), await seedTenant(t.app)];
    const { id, token } = await invite(person.email.toUpperCase(), 'admin');
    expect((await open()).map((invitation) => invitation.id)).toContain(id);
    expect((await accept(token, other)).status).toBe(422);
    const key = await t.request('POST', '/api/v1/api-keys', {
      body: { name: 'CI', scopes: ['*'], environment: 'test' },
      token: person.token,
    });
    expect((await accept(token, { token: z.object({ key: z.string() }).parse(key.body).key })).status).toBe(
      403,
    );
    expect(await accept(token, person)).toMatchObject({
      status: 200,
      body: { organization_id: t.tenant.orgId, user_id: person.userId, role: 'admin' },
    });
    expect((await accept(token, person)).status).toBe(422);
    expect((await open()).map((invitation) => invitation.id)).not.toContain(id);
    const inIt = { token: person.token, headers: { 'x-organization-id': t.tenant.orgId } };
    expect((await t.request('GET', '/api/v1/users', inIt)).status).toBe(200);
    const entries = await t.request(
      'GET',
      `/api/v1/activity?event_type=member.added&user_id=${person.userId}`,
    );
    expect(entries.body).toMatchObject({ data: [{ actor_id: person.userId }] });
  });

  it('is of no use after a week, once taken back, replaced, or given by one who may not any more', async () => {
    const person = await seedTenant(t.app);
    const late = await invite(person.email);
    await lengthenSessions(t.app);
    clock.travelTo(new Date(Date.now() + WEEK_MS + 1_000).toISOString());
    try {
      expect((await accept(late.token, person)).status).toBe(422);
      expect((await open()).map(({ id }) => id)).not.toContain(late.id);
    } finally {
      clock.back();
    }
    const replaced = await invite(person.email.toUpperCase());
    const withdrawn = await invite(person.email);
    expect((await accept(replaced.token, person)).status).toBe(422);
    expect((await t.request('DELETE', `${org()}/invitations/${withdrawn.id}`)).status).toBe(204);
    expect((await t.request('DELETE', `${org()}/invitations/${withdrawn.id}`)).status).toBe(404);
    expect((await accept(withdrawn.token, person)).status).toBe(422);
    const admin = await seedTenant(t.app, { orgId: t.tenant.orgId, role: 'admin' });
    const body = { email: person.email };
    const asOwner = await invite(person.email, 'owner');
    const replacing = await t.request('POST', `${org()}/members`, { body, token: admin.token });
    expect(replacing.status).toBe(403);
    expect((await open()).map(({ id }) => id)).toContain(asOwner.id);
    expect((await t.request('DELETE', `${org()}/invitations/${asOwner.id}`)).status).toBe(204);
    const given = await t.request('POST', `${org()}/members`, { body, token: admin.token });
    await t.request('PATCH', `${org()}/members/${admin.userId}`, { body: { role: 'viewer' } });
    expect((await accept(tokenShape.parse(given.body).token, person)).status).toBe(403);
  });

  it('keeps no token, repeats none, and forgets the address with the account', async () => {
    const person = await seedTenant(t.app);
    const ask = () =>
      t.request('POST', `${org()}/members`, {
        body: { email: person.email },
        headers: { 'idempotency-key': 'invite' },
      });
    const [first, second] = [await ask(), await ask()];
    const { token } = invitationShape.parse(first.body);
    expect(second).toMatchObject({ status: 202, body: { ...(first.body as object), token: null } });
    const { sql } = t.app.get(Postgres);
    const kept = async () =>
      JSON.stringify([await sql`select * from invitations`, await sql`select * from idempotency_keys`]);
    expect(await kept()).toContain(person.email);
    expect(await kept()).not.toContain(token);
    expect((await t.request('POST', `${org()}/members`, { body: { email: t.tenant.email } })).status).toBe(
      409,
    );
    const path = `/api/v1/users/${person.userId}`;
    const peer = await seedTenant(t.app, { orgId: person.orgId, role: 'owner' });
    expect((await t.request('DELETE', path, { token: peer.token })).status).toBe(204);
    expect(await kept()).not.toContain(person.email);
  });

  it('counts a changed address once its organisation has vouched for it and its person has confirmed it', async () => {
    const person = await account();
    const elsewhere = await seedTenant(t.app);
    const email = newAccount().email;
    const path = `/api/v1/users/${person.id}`;
    expect((await t.request('PATCH', path, { body: { email } })).status).toBe(200);
    expect(await signIn(email)).toEqual(expect.any(String));
    const isConfirmed = async () => {
      const seen = [
        await t.request('GET', path),
        await t.request('GET', '/api/v1/profile', { token: person.token }),
      ];
      return seen.map(({ body }) => confirmedShape.parse(body).email_confirmed);
    };
    expect(await isConfirmed()).toEqual([false, false]);
    const invited = await t.request('POST', `/api/v1/organizations/${elsewhere.orgId}/members`, {
      ...{ body: { email }, token: elsewhere.token },
    });
    const { token } = invitationShape.parse(invited.body);
    expect(await accept(token, person)).toMatchObject({
      status: 403,
      body: { code: 'invitations.address_not_confirmed' },
    });
    const vouch = (by = t.tenant.token, id = person.id) =>
      t.request('POST', `/api/v1/users/${id}/email-confirmation`, { token: by });
    const confirm = (given: string, by = person.token) =>
      t.request('POST', '/api/v1/auth/confirm-email', { body: { token: given }, token: by });
    expect((await vouch(person.token)).status).toBe(403);
    expect((await vouch(t.tenant.token, t.tenant.userId)).status).toBe(403);
    expect((await vouch(elsewhere.token)).status).toBe(404);
    const old = tokenShape.parse((await vouch()).body).token;
    const answer = await vouch();
    const given = tokenShape.parse(answer.body).token;
    expect([answer.status, answer.body]).toMatchObject([201, { expires_at: expect.any(String) }]);
    expect((await confirm(old)).status).toBe(422);
    expect((await confirm(given, t.tenant.token)).status).toBe(422);
    await lengthenSessions(t.app);
    clock.travelTo(new Date(Date.now() + WEEK_MS + 1_000).toISOString());
    expect((await confirm(given)).status).toBe(422);
    clock.back();
    expect((await confirm(given)).status).toBe(204);
    expect(await isConfirmed()).toEqual([true, true]);
    expect((await confirm(given)).status).toBe(422);
    expect((await accept(token, person)).status).toBe(200);
  });

  it('asks for the password before one’s own address is another one', async () => {
    const person = await account();
    const email = newAccount().email;
    const own = { token: person.token };
    for (const path of ['/api/v1/profile', `/api/v1/users/${person.id}`]) {
      const change = (body: object) => t.request('PATCH', path, { ...own, body });
      expect(await change({ email })).toMatchObject({
        status: 422,
        body: { code: 'users.current_password_needed' },
      });
      expect(await change({ email, current_password: 'wrong' })).toMatchObject({
        ...{ status: 422, body: { code: 'auth.current_password_wrong' } },
      });
      expect((await change({ email: person.email, avatar: null })).status).toBe(200);
    }
    const changed = await t.request('PATCH', '/api/v1/profile', {
      ...{ ...own, body: { email, current_password: PASSWORD } },
    });
    expect([changed.status, changed.text.includes(PASSWORD)]).toEqual([200, false]);
    expect(changed.body).toMatchObject({ email });
  });

  it('shows sessions with their last use, and ends all others at once', async () => {
    const { email } = await account();
    const [one, two] = [await signIn(email), await signIn(email)];
    const moments = z.object({
      data: z.array(
        z.object({
          user_agent: z.string(),
          address: z.string(),
          last_seen_at: z.iso.datetime(),
          is_current: z.boolean(),
        }),
      ),
    });
    const list = async () =>
      moments.parse((await t.request('GET', '/api/v1/auth/sessions', { token: two })).body).data;
    const before = await list();
    expect(before.map(({ is_current }) => is_current)).toEqual([true, false, false]);
    await t.app.get(LastUses).flush();
    const [current] = await list();
    expect(String(current?.last_seen_at) > String(before[0]?.last_seen_at)).toBe(true);
    expect((await t.request('DELETE', '/api/v1/auth/sessions', { token: two })).status).toBe(204);
    const profile = async (token: string) => (await t.request('GET', '/api/v1/profile', { token })).status;
    expect([await profile(one), await profile(two)]).toEqual([401, 200]);
    expect(await list()).toHaveLength(1);
  });

  it('is not asked of a guest twice', async () => {
    const guest = await seedTenant(t.app);
    await joinOrganization(t.app, t.tenant.orgId, guest.userId, 'viewer');
    const answer = await t.request('POST', `${org()}/members`, { body: { email: guest.email } });
    expect(answer).toMatchObject({ status: 409, body: { code: 'organizations.already_member' } });
  });
});
