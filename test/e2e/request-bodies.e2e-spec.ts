import { deflateSync, gzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { newAccount } from '../factories/account.js';
import { problemShape } from '../support/shapes.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const JSON_TYPE = { 'content-type': 'application/json' };

describe('bodies of requests', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp();
  });
  afterAll(() => t.close());

  /** The bytes as they are, with these headers and no others. */
  const send = async (
    method: 'POST' | 'DELETE' | 'PATCH',
    url: string,
    payload: string | Buffer | undefined,
    headers: Record<string, string> = {},
  ) => {
    const answer = await t.app.inject({
      method,
      url,
      headers: { authorization: `Bearer ${t.tenant.token}`, ...headers },
      ...(payload === undefined ? {} : { payload }),
    });
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: answer.body === '' ? undefined : answer.json<unknown>(),
    };
  };
  const activity = (payload: string | Buffer, headers: Record<string, string> = JSON_TYPE) =>
    send('POST', '/api/v1/activity', payload, headers);

  describe('are not read without a credential', () => {
    it.each([
      ['broken JSON', '{', JSON_TYPE],
      ['too many levels', '['.repeat(1_000_000), JSON_TYPE],
      ['too many bytes', 'x'.repeat(5_000_000), JSON_TYPE],
      ['another type', 'x', { 'content-type': 'text/plain' }],
      ['another coding', 'x', { ...JSON_TYPE, 'content-encoding': 'br' }],
    ])('%s', async (_what, payload, headers) => {
      for (const url of ['/api/v1/activity/batch', '/api/v1/users', '/api/v1/auth/password']) {
        const answer = await t.app.inject({ method: 'POST', url, headers, payload });
        expect([url, answer.statusCode]).toEqual([url, 401]);
      }
    });

    it('and not where there is no such route or method', async () => {
      for (const [url, status] of [
        ['/api/v1/nothing', 404],
        ['/nothing', 404],
        ['/health', 405],
      ] as const) {
        const answer = await t.app.inject({ method: 'POST', url, headers: JSON_TYPE, payload: '{' });
        expect([url, answer.statusCode, answer.headers['content-type']]).toEqual([
          url,
          status,
          expect.stringContaining('application/problem+json'),
        ]);
      }
    });
  });

  it('may be empty under a type of JSON, where the route needs none', async () => {
    const key = { name: 'CI', scopes: ['*'], environment: 'test' };
    const created = await t.request('POST', '/api/v1/users', { body: newAccount() });
    const { id } = created.body as { id: string };
    expect((await send('DELETE', `/api/v1/users/${id}`, '', JSON_TYPE)).status).toBe(204);
    const { id: keyId } = (await t.request('POST', '/api/v1/api-keys', { body: key })).body as { id: string };
    const deleted = await send('DELETE', `/api/v1/api-keys/${keyId}`, undefined, {
      ...JSON_TYPE,
      'content-length': '0',
    });
    expect(deleted.status).toBe(204);
    const form = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '0' };
    expect((await send('POST', '/api/v1/auth/logout', '', form)).status).toBe(204);
  });

  describe('of a signed-in caller', () => {
    beforeAll(async () => {
      await t.close();
      t = await createTestApp();
    });

    it('that are empty where the route needs one, are refused by the fields that are missing', async () => {
      const { status, body } = await activity('');
      expect([status, problemShape.parse(body).errors.map(({ path }) => path)]).toEqual([
        422,
        ['event_type'],
      ]);
    });

    it.each([
      [201, 'application/json'],
      [201, 'application/json; charset=utf-8'],
      [201, 'APPLICATION/JSON; charset="UTF8"'],
      [415, 'application/json; charset=latin1'],
      [415, 'application/json;charset=utf-16'],
      [415, 'text/plain'],
      [415, 'application/x-www-form-urlencoded'],
      [415, 'nonsense'],
    ])('are answered %i as %s', async (status, type) => {
      const answer = await activity('{"event_type":"typed"}', { 'content-type': type });
      expect(answer.status).toBe(status);
      if (status === 415) expect(problemShape.parse(answer.body).code).toBe('request.unsupported_media_type');
    });

    it('that are no UTF-8 are refused', async () => {
      const latin1 = Buffer.from('{"event_type":"x","resource_id":"\xe9"}', 'latin1');
      expect((await activity(latin1)).status).toBe(400);
    });

    it('are inflated', async () => {
      const entry = { event_type: 'zipped', payload: { text: 'é'.repeat(10_000) } };
      const gzip = { ...JSON_TYPE, 'content-encoding': 'gzip' };
      const answer = await activity(gzipSync(JSON.stringify(entry)), gzip);
      expect([answer.status, answer.body]).toEqual([
        201,
        expect.objectContaining({ payload: entry.payload }),
      ]);
      expect(
        (await activity(JSON.stringify(entry), { ...JSON_TYPE, 'content-encoding': 'identity' })).status,
      ).toBe(201);
    });

    it.each([
      [413, 'a bomb', gzipSync(Buffer.alloc(200_000_000, 0x20)), 'gzip'],
      [413, 'just too much', gzipSync(`"${'x'.repeat(1_048_576)}"`), 'gzip'],
      [400, 'what is not zipped', Buffer.from('{"event_type":"x"}'), 'gzip'],
      [400, 'what is cut off', gzipSync('{"event_type":"x"}').subarray(0, -9), 'gzip'],
      [415, 'another coding', deflateSync('{"event_type":"x"}'), 'deflate'],
      [415, 'two codings', gzipSync(gzipSync('{}')), 'gzip, gzip'],
    ])('are answered %i for %s', async (status, _what, payload, encoding) => {
      const answer = await activity(payload, { ...JSON_TYPE, 'content-encoding': encoding });
      expect(answer.status).toBe(status);
      if (status === 415) expect(answer.headers['accept-encoding']).toBe('gzip');
    });

    it.each([
      ['payload.n', '{"event_type":"x","payload":{"n":1e400}}'],
      ['payload.a.1', '{"event_type":"x","payload":{"a":[1,9007199254740993]}}'],
      ['payload.s', String.raw`{"event_type":"x","payload":{"s":"\ud83d"}}`],
    ])('are refused by the path of what would not come back equal: %s', async (path, payload) => {
      const { status, body } = await activity(payload);
      expect([status, problemShape.parse(body).errors.map((error) => error.path)]).toEqual([422, [path]]);
    });

    it('come back equal', async () => {
      const payload = {
        numbers: [0.1, -1.5e300, 9007199254740991, 5e-324, 1e22, 0],
        texts: ['', '😀', '\u2028', '"\\/', '\u0001', 'İ'],
        nested: { '': null, 'a.b': { $set: true }, '0': [[], {}] },
      };
      const { body } = await t.request('POST', '/api/v1/activity', {
        body: { event_type: 'equal', payload },
      });
      const { id } = body as { id: string };
      const read = await t.request('GET', `/api/v1/activity/${id}`);
      expect(read.body).toMatchObject({ payload });
      expect((read.body as { payload: unknown }).payload).toEqual(payload);
    });
  });
});
