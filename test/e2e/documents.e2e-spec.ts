import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import fc from 'fast-check';
import { z } from 'zod';

import { createApp } from '../../src/app.setup.js';
import { newId } from '../../src/common/ids/ids.js';
import { Reconciliation } from '../../src/flows/reconciliation/reconciliation.js';
import { Mongo } from '../../src/stores/mongo/mongo.js';
import { pageShape, problemShape } from '../support/shapes.js';
import { createTestApp, request, type TestApp } from '../support/test-app.js';

const shape = z.strictObject({
  key: z.string(),
  data: z.unknown(),
  version: z.number(),
  created_at: z.string(),
  updated_at: z.string(),
});

describe('documents', () => {
  let t: TestApp;
  let other: NestFastifyApplication;
  beforeAll(async () => {
    t = await createTestApp();
    other = await createApp(t.stores.config);
  });
  afterAll(async () => {
    await other.close();
    await t.close();
  });

  const pathOf = (key: string): string => `/api/v1/documents/${encodeURIComponent(key)}`;
  const put = (key: string, data: unknown, headers: Record<string, string> = {}) =>
    t.request('PUT', pathOf(key), { body: { data }, headers });
  const get = (key: string) => t.request('GET', pathOf(key));
  const read = async (key: string) => shape.parse((await get(key)).body);

  it.each([
    ['null', null],
    ['false', false],
    ['an empty text', ''],
    ['a text with a null character', 'a\0b'],
    ['empty containers', { a: {}, b: [], '': [[]] }],
    ['keys with dollars and dots', { $set: { 'a.b': 1 }, $oid: 'x', 'c.$.d': [{ $gt: 1 }] }],
    ['numbers', [0, 0.1, 5, -7.25, 1e21, 1.7976931348623157e308, 9_007_199_254_740_991]],
    ['members in an order', { z: 1, a: { y: 2, b: 3 } }],
    ['dates and ids that are only text', { date: '2026-11-27T00:00:00Z', _id: 'x', id: 1 }],
  ])('come back as they were put: %s', async (_, data) => {
    const key = `case:${newId()}`;
    expect((await put(key, data)).status).toBe(201);
    const found = await read(key);
    expect(JSON.stringify(found.data)).toBe(JSON.stringify(data));
  });

  it('come back as they were put: any JSON', async () => {
    const refused = /^(?:__proto__|constructor|prototype|_bsontype)$/;
    const isRefused = (value: unknown): boolean =>
      typeof value === 'object' &&
      value !== null &&
      Object.entries(value).some(
        ([name, member]) => refused.test(name) || name.includes('\0') || isRefused(member),
      );
    const json = fc
      .jsonValue({ maxDepth: 6 })
      .map((value) => JSON.parse(JSON.stringify(value)) as unknown)
      .filter((value) => !isRefused(value));
    await fc.assert(
      fc.asyncProperty(json, async (data) => {
        const key = newId();
        expect((await put(key, data)).status).toBe(201);
        expect(JSON.stringify((await read(key)).data)).toBe(JSON.stringify(data));
      }),
      { numRuns: 100 },
    );
  });

  it.each(['a/b/c', 'user:123', 'a.b.$c', 'émoji 🚀 ключ', '%2F', ' ', 'x'.repeat(512)])(
    'stand under any key: %s',
    async (key) => {
      expect((await put(key, { key })).status).toBe(201);
      expect((await read(key)).key).toBe(key);
      expect((await t.request('DELETE', pathOf(key))).status).toBe(204);
      expect((await get(key)).status).toBe(404);
    },
  );

  it('refuse what would not come back equal, by its path', async () => {
    const raw = (text: string) =>
      t.app.inject({
        method: 'PUT',
        url: pathOf(newId()),
        headers: { authorization: `Bearer ${t.tenant.token}`, 'content-type': 'application/json' },
        payload: `{"data":${text}}`,
      });
    const paths = async (text: string) => {
      const answer = await raw(text);
      return [answer.statusCode, problemShape.parse(answer.json()).errors.map(({ path }) => path)];
    };
    expect(await paths('{"a":[1,9007199254740993]}')).toEqual([422, ['data.a.1']]);
    expect(await paths('{"a":{"_bsontype":"ObjectId"}}')).toEqual([422, ['data.a._bsontype']]);
    expect(await paths('{"a":{"b\\u0000c":1}}')).toEqual([422, [expect.stringMatching(/^data\.a\.b/)]]);
    expect((await raw('1e400')).statusCode).toBe(422);
  });

  it('are new or replaced, and say so', async () => {
    const key = newId();
    expect((await put(key, 1)).status).toBe(201);
    const replaced = await put(key, 2);
    expect([replaced.status, shape.parse(replaced.body).version]).toEqual([200, 2]);
    expect((await t.request('DELETE', pathOf(key))).status).toBe(204);
    const again = await put(key, 3);
    expect([again.status, shape.parse(again.body).version]).toEqual([201, 4]);
    expect((await put(key, 4, { 'if-none-match': '*' })).status).toBe(412);
    expect((await put(newId(), 4, { 'if-none-match': '*' })).status).toBe(201);
    expect((await put(newId(), 4, { 'if-match': '"x"' })).status).toBe(412);
  });

  it('are changed by a merge patch, under either media type', async () => {
    const key = newId();
    await put(key, { a: 1, b: { c: 2, d: 3 } });
    const patch = (body: unknown, type: string) =>
      t.request('PATCH', pathOf(key), { body, headers: { 'content-type': type } });
    expect((await patch({ b: { c: null } }, 'application/merge-patch+json')).status).toBe(200);
    expect((await patch({ a: [1] }, 'application/json')).status).toBe(200);
    expect((await read(key)).data).toEqual({ a: [1], b: { d: 3 } });
    expect((await patch('text', 'application/json')).status).toBe(200);
    expect((await read(key)).data).toBe('text');
    expect((await t.request('PATCH', pathOf(newId()), { body: {} })).status).toBe(404);
  });

  it('let one of 64 writers with the same ETag win over two instances, and lose no update', async () => {
    const key = newId();
    const write = (writer: number, data: unknown, etag: string) =>
      request(writer % 2 === 0 ? t.app : other, 'PUT', pathOf(key), {
        ...{ token: t.tenant.token, body: { data }, headers: { 'if-match': etag } },
      });
    await put(key, { round: 0, writer: -1 });
    for (let round = 1; round <= 3; round += 1) {
      const etag = (await get(key)).headers['etag'] ?? '';
      const answers = await Promise.all(
        Array.from({ length: 64 }, (_, writer) => write(writer, { round, writer }, etag)),
      );
      const winners = answers.flatMap(({ status }, writer) => (status === 200 ? [writer] : []));
      expect(winners).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 412)).toHaveLength(63);
      expect(await read(key)).toMatchObject({ data: { round, writer: winners[0] }, version: round + 1 });
    }
  });

  it('are listed by prefix in the order of keys, page by page', async () => {
    const prefix = `list/${newId()}/`;
    for (const name of ['b', 'a', 'd', 'c']) await put(prefix + name, name);
    await t.request('DELETE', pathOf(`${prefix}d`));
    const page = async (query: string) => {
      const { body } = await t.request(
        'GET',
        `/api/v1/documents?prefix=${encodeURIComponent(prefix)}&${query}`,
      );
      return pageShape(z.object({ key: z.string() }).loose()).parse(body);
    };
    const first = await page('limit=2');
    const second = await page(`limit=2&cursor=${first.page.next_cursor}`);
    expect([...first.data, ...second.data].map(({ key }) => key.slice(prefix.length))).toEqual([
      'a',
      'b',
      'c',
    ]);
    expect(second.page.next_cursor).toBeNull();
  });

  it('have one activity entry for each change, without the data', async () => {
    const key = newId();
    await put(key, { secret: 'hidden-text' });
    await put(key, 2);
    await t.request('DELETE', pathOf(key));
    const { body, text } = await t.request('GET', '/api/v1/activity?resource_type=document&limit=200');
    const entries = pageShape(
      z.looseObject({ event_type: z.string(), payload: z.looseObject({ key: z.string() }) }),
    )
      .parse(body)
      .data.filter(({ payload }) => payload.key === key);
    expect(entries.map(({ event_type }) => event_type)).toEqual([
      'document.deleted',
      'document.updated',
      'document.created',
    ]);
    expect(text).not.toContain('hidden-text');
  });

  it('are counted, and db:verify finds a count that is wrong', async () => {
    const verify = (isRepair: boolean) =>
      t.app.get(Reconciliation, { strict: false }).verify({ only: ['document-counts'], isRepair });
    expect((await verify(false)).ok).toBe(true);
    const mongo = t.app.get(Mongo);
    await mongo
      .collection<{ _id: string; count: number }>('document_counts')
      .updateOne({ _id: t.tenant.orgId }, { $inc: { count: 5 } });
    expect((await verify(false)).checks[0]).toMatchObject({ different: 1 });
    expect((await verify(true)).ok).toBe(true);
  });

  it('of another organisation are not there', async () => {
    const other = await createTestApp();
    try {
      const key = newId();
      await put(key, 1);
      expect((await other.request('GET', pathOf(key))).status).toBe(404);
    } finally {
      await other.close();
    }
  });

  it('are refused with Retry-After while MongoDB is away', async () => {
    const away = await createTestApp({ MONGODB_URI: 'mongodb://127.0.0.1:1/none?directConnection=true' });
    try {
      const answer = await away.request('PUT', pathOf('x'), { body: { data: 1 } });
      expect(answer.status).toBe(503);
      expect(answer.headers['retry-after']).toBeDefined();
    } finally {
      await away.close();
    }
  });
});
