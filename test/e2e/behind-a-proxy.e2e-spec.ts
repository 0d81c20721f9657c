import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { newAccount } from '../factories/account.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const PASSWORD = 'correct horse battery';
const sessions = z.object({ data: z.array(z.object({ address: z.string() })) });

/** Answers of 52 guesses, the free ones at once, because a wrong password is answered after a second. */
async function guessed(guess: (n: number) => Promise<number>): Promise<number[]> {
  const free = await Promise.all(Array.from({ length: 50 }, (_, n) => guess(n)));
  return [...free, await guess(50), await guess(51)];
}

describe.each([
  ['one hop', '1'],
  ['its network', '127.0.0.0/8'],
])('behind a proxy that is trusted by %s, under a path', (_how, TRUST_PROXY) => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp({ TRUST_PROXY, BASE_PATH: '/triptych/' });
  });
  afterAll(() => t.close());

  const login = (body: object, forwardedFor: string) =>
    t.request('POST', '/api/v1/auth/login', {
      body,
      token: null,
      headers: { 'x-forwarded-for': forwardedFor },
    });

  it('makes a guesser wait, and no other client of the proxy', async () => {
    const account = newAccount({ password: PASSWORD });
    expect((await t.request('POST', '/api/v1/users', { body: account })).status).toBe(201);
    // What the guesser itself puts before the proxy's entry is not believed.
    const guesses = await guessed(async (n) => {
      const guess = { email: `nobody-${n}@example.com`, password: 'wrong' };
      return (await login(guess, `10.0.0.${n}, 192.0.2.1`)).status;
    });
    expect(guesses.filter((status) => status === 401)).toHaveLength(50);
    expect(guesses.at(-1)).toBe(429);
    const right = { email: account.email, password: PASSWORD };
    expect((await login(right, '192.0.2.1')).status).toBe(429);
    expect((await login(right, '192.0.2.2')).status).toBe(200);
  });

  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['203.0.113.9:4711', '203.0.113.9'],
    ['[2001:db8::1]:4711', '2001:db8::1'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
  ])('notes the client’s address: %s', async (forwardedFor, address) => {
    const account = newAccount({ password: PASSWORD });
    await t.request('POST', '/api/v1/users', { body: account });
    const { access_token } = z
      .object({ access_token: z.string() })
      .parse((await login({ email: account.email, password: PASSWORD }, forwardedFor)).body);
    const list = await t.request('GET', '/api/v1/auth/sessions', { token: access_token });
    expect(sessions.parse(list.body).data.map((session) => session.address)).toEqual([address]);
  });

  it('says where things are under that path, in answers and in their repetitions', async () => {
    const body = newAccount();
    const headers = { 'idempotency-key': 'located' };
    const first = await t.request('POST', '/api/v1/users', { body, headers });
    const again = await t.request('POST', '/triptych/api/v1/users', { body, headers });
    const { id } = z.object({ id: z.string() }).parse(first.body);
    const expected = `/triptych/api/v1/users/${id}`;
    expect([first.headers['location'], again.headers['location']]).toEqual([expected, expected]);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect((await t.request('GET', expected)).status).toBe(200);
    const document = await t.request('GET', '/triptych/api/openapi.json', { token: null });
    expect(document.body).toMatchObject({ servers: [{ url: '/triptych' }] });
  });
});

describe('without a trusted proxy', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp();
  });
  afterAll(() => t.close());

  it('believes no header about the client’s address', async () => {
    const statuses = await guessed(async (n) => {
      const body = { email: `nobody-${n}@example.com`, password: 'wrong' };
      const headers = { 'x-forwarded-for': `192.0.2.${n}` };
      return (await t.request('POST', '/api/v1/auth/login', { body, token: null, headers })).status;
    });
    expect(statuses.filter((status) => status === 401)).toHaveLength(50);
    expect(statuses.at(-1)).toBe(429);
  });
});
