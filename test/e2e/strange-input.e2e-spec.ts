import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { sha256Hex } from '../../src/common/crypto/tokens.js';
import { newAccount } from '../factories/account.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const withChecksum = (body: string): string => body + sha256Hex(body).slice(0, 6);
/** Sixteen bytes that are no UUID, with a right checksum, which any client can compute. */
const NO_OWNER = withChecksum(`tts_${Buffer.alloc(16, 0x11).toString('base64url')}${'A'.repeat(43)}`);

const STRANGE = [
  '\u0000',
  '%',
  '%ZZ',
  '\ud800',
  '{}',
  '[]',
  '[1]',
  'null',
  'é'.repeat(40),
  '0x10',
  "'",
  '\\',
  '💥',
  '-1',
  'a'.repeat(400),
  Buffer.from('["x"').toString('base64url'),
  Buffer.from('[["2026-01-01T00:00:00.000Z"]]').toString('base64url'),
  Buffer.from('["+275760-09-13T00:00:00.000Z","01981c7e-52a0-7b5e-9d42-0f3f6f1f8a11"]').toString('base64url'),
];
const LISTS = ['users', 'api-keys', 'organizations', 'activity', 'auth/sessions', 'admin/dead-letters'];

describe('strange input', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp();
  });
  afterAll(() => t.close());

  it('is a 401 as a credential, on every route and in each header', async () => {
    for (const route of [...LISTS, 'profile', `users/${t.tenant.userId}`]) {
      for (const headers of [{ authorization: `Bearer ${NO_OWNER}` }, { 'x-api-key': NO_OWNER }]) {
        const answer = await t.request('GET', `/api/v1/${route}`, {
          token: null,
          headers: { ...headers } as Record<string, string>,
        });
        expect({ route, status: answer.status }).toEqual({ route, status: 401 });
      }
    }
  });

  it('is never an error of the server in a header, a cursor, a filter or a path', async () => {
    const statuses: number[] = [];
    const send = async (path: string, headers: Record<string, string> = {}) => {
      const answer = await t.request('GET', path, { headers });
      statuses.push(answer.status);
      expect({ path, headers, isServerError: answer.status >= 500 }).toEqual({
        path,
        headers,
        isServerError: false,
      });
    };
    for (const text of STRANGE) {
      const encoded = encodeURIComponent(text.toWellFormed());
      for (const list of LISTS) await send(`/api/v1/${list}?cursor=${encoded}`);
      for (const filter of ['email', 'username', 'q', 'role'])
        await send(`/api/v1/users?${filter}=${encoded}`);
      for (const filter of ['user_id', 'from', 'to', 'resource_id'])
        await send(`/api/v1/activity?${filter}=${encoded}`);
      for (const one of ['users', 'api-keys', 'organizations', 'activity', 'admin/verify'])
        await send(`/api/v1/${one}/${encoded}`);
      for (const header of ['x-organization-id', 'if-none-match', 'x-request-id', 'x-api-key', 'user-agent'])
        await send('/api/v1/profile', { [header]: text });
    }
    expect(statuses.length).toBeGreaterThan(400);
    expect(new Set(statuses).has(200)).toBe(true);
  });

  it.each(['0x10', '1e1', '+5', ' 5', '5 ', '5.0', '', '-0', '０５', '1_0'])(
    'is no page size: %j',
    async (limit) => {
      const answer = await t.request('GET', `/api/v1/users?limit=${encodeURIComponent(limit)}`);
      expect(answer.status).toBe(400);
    },
  );

  it('takes page sizes in digits', async () => {
    expect((await t.request('GET', '/api/v1/users?limit=5')).body).toMatchObject({ page: { limit: 5 } });
    expect((await t.request('GET', '/api/v1/users')).body).toMatchObject({ page: { limit: 50 } });
    expect((await t.request('GET', '/api/v1/users?limit=201')).status).toBe(400);
  });

  it.each(['\u200b', '\u200b\u200d', '\u2060', 'a\u0007b', 'a\nb', 'a\u202eb', '\u3164', '\u0301'])(
    'is no name: %j',
    async (name) => {
      const key = { name, scopes: ['users:read'], environment: 'test' };
      expect((await t.request('POST', '/api/v1/api-keys', { body: key })).status).toBe(422);
      const organization = { name, slug: `o-${Date.now()}` };
      expect((await t.request('POST', '/api/v1/organizations', { body: organization })).status).toBe(422);
      const path = `/api/v1/organizations/${t.tenant.orgId}`;
      expect((await t.request('PATCH', path, { body: { name } })).status).toBe(422);
    },
  );

  it.each(['日本', '👩‍👩‍👧', 'a', '!', 'Ünïcode & Co.'])('is a name: %j', async (name) => {
    const key = { name, scopes: ['users:read'], environment: 'test' };
    expect((await t.request('POST', '/api/v1/api-keys', { body: key })).status).toBe(201);
  });

  it('is another account’s name only in ASCII’s own cases', async () => {
    const unique = `info-${Date.now()}`;
    const account = newAccount({ email: `${unique}@example.com`, password: 'correct horse battery' });
    await t.request('POST', '/api/v1/users', { body: account });
    const login = async (email: string) =>
      (
        await t.request('POST', '/api/v1/auth/login', {
          body: { email, password: account['password'] },
          token: null,
        })
      ).status;
    expect(await login(account.email.toUpperCase())).toBe(200);
    expect(await login(account.email.replaceAll('i', 'İ'))).toBe(401);
    expect(await login(account.email.replaceAll('i', 'ı'))).toBe(401);
  });
});
