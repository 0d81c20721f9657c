import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { newId } from '../../src/common/ids/ids.js';
import { Reconciliation } from '../../src/flows/reconciliation/reconciliation.js';
import { Postgres } from '../../src/stores/postgres/postgres.js';
import { eventually } from '../support/eventually.js';
import { pageShape, problemShape } from '../support/shapes.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const shape = z.object({ version: z.number(), checksum: z.string(), content: z.unknown() });

describe('configs', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp();
  });
  afterAll(() => t.close());

  const aPath = (): string => `/api/v1/configs/production/config-${newId()}`;
  const put = (path: string, content: unknown, headers: Record<string, string> = {}) =>
    t.request('PUT', path, { body: { content }, headers });
  /** A busy service asks a client to come back; which write waited how long is not what is tested. */
  const putWhenPossible = (path: string, content: unknown) =>
    eventually(
      () => put(path, content),
      ({ status }) => status !== 503,
      60_000,
    );
  const get = (path: string) => t.request('GET', path);

  it('have a new version for each new content, and none for an equal one', async () => {
    const path = aPath();
    const first = await put(path, { a: 1, b: [1, 2] });
    expect([first.status, shape.parse(first.body).version]).toEqual([201, 1]);
    const same = await put(path, { b: [1, 2], a: 1 });
    expect([same.status, shape.parse(same.body).version]).toEqual([200, 1]);
    const second = await put(path, { a: 2 });
    expect([second.status, shape.parse(second.body).version]).toEqual([200, 2]);
    expect(shape.parse((await get(path)).body)).toMatchObject({ version: 2, content: { a: 2 } });
    expect(shape.parse((await get(`${path}/versions/1`)).body).content).toEqual({ a: 1, b: [1, 2] });
  });

  it.each([
    ['null', null],
    ['text with a null character', 'a\0b'],
    ['keys with dots, dollars and nothing', { $set: { 'a.b': 1 }, '': [{}] }],
    ['numbers', [0.1, 1e21, -5, 1.7976931348623157e308]],
    ['an order of members', { z: 1, a: 2 }],
  ])('give back what was put: %s', async (_, content) => {
    const path = aPath();
    expect((await put(path, content)).status).toBe(201);
    expect(JSON.stringify(shape.parse((await get(path)).body).content)).toBe(JSON.stringify(content));
  });

  it('refuse content beyond 256 KiB, and no content at all', async () => {
    expect((await put(aPath(), 'x'.repeat(256 * 1_024 - 2))).status).toBe(201);
    expect((await put(aPath(), 'x'.repeat(256 * 1_024))).status).toBe(422);
    expect((await t.request('PUT', aPath(), { body: {} })).status).toBe(422);
  });

  it('lose nobody’s write: an outdated If-Match is 412, as is one without a config', async () => {
    const path = aPath();
    expect((await put(path, 1, { 'if-match': '"x"' })).status).toBe(412);
    await put(path, 1);
    const etag = (await get(path)).headers['etag'] ?? '';
    expect((await put(path, 2, { 'if-match': etag })).status).toBe(200);
    expect((await put(path, 3, { 'if-match': etag })).status).toBe(412);
    expect((await t.request('DELETE', path, { headers: { 'if-match': etag } })).status).toBe(412);
  });

  it('take 64 concurrent writers one after the other: versions without a gap, each with its content', async () => {
    const path = aPath();
    const answers = await Promise.all(
      Array.from({ length: 64 }, (_, writer) => putWhenPossible(path, { writer })),
    );
    const written = answers.map(({ body }) => shape.parse(body));
    expect(written.map(({ version }) => version).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 64 }, (_, index) => index + 1),
    );
    for (const [writer, { version }] of written.entries())
      expect(shape.parse((await get(`${path}/versions/${version}`)).body).content).toEqual({ writer });
  });

  it('come back by a rollback, as a new version, and say what changed', async () => {
    const path = aPath();
    for (const content of [{ a: 1 }, { a: 2, b: 3 }]) await put(path, content);
    const back = await t.request('POST', `${path}/rollback`, { body: { version: 1 } });
    expect([back.status, back.body]).toEqual([
      200,
      expect.objectContaining({ version: 3, content: { a: 1 } }),
    ]);
    const { body } = await get(`${path}/versions/1/diff/2`);
    expect(body).toEqual({
      from: 1,
      to: 2,
      patch: expect.arrayContaining([
        { op: 'replace', path: '/a', value: 2 },
        { op: 'add', path: '/b', value: 3 },
      ]),
    });
    expect((await t.request('POST', `${path}/rollback`, { body: { version: 9 } })).status).toBe(404);
  });

  it('keep their history when they are deleted, and go on from there', async () => {
    const path = aPath();
    await put(path, 1);
    expect((await t.request('DELETE', path)).status).toBe(204);
    expect((await get(path)).status).toBe(404);
    expect((await t.request('DELETE', path)).status).toBe(404);
    const { body } = await get(`${path}/versions`);
    expect(pageShape(shape.loose()).parse(body).data).toHaveLength(1);
    const again = await put(path, 2);
    expect([again.status, shape.parse(again.body).version]).toEqual([201, 2]);
  });

  it('say so where the store holds another content than was put, and db:verify finds it', async () => {
    const path = aPath();
    await put(path, { secret: 1 });
    const name = path.split('/').at(-1) ?? '';
    const { sql } = t.app.get(Postgres);
    await sql`update config_versions v set content = '{"secret":2}' from configs c where c.id = v.config_id and c.name = ${name}`;
    const answer = await get(path);
    expect([answer.status, problemShape.parse(answer.body).code]).toEqual([500, 'configs.checksum_mismatch']);
    expect(answer.text).not.toContain('secret');
    const { checks, details } = await t.app
      .get(Reconciliation, { strict: false })
      .verify({ only: ['config-checksums'], detailLimit: 10 });
    expect(checks[0]).toMatchObject({ different: 1 });
    expect(details[0]?.record).toMatch(/^config_versions\/.*\/1$/);
    const metrics = await t.request('GET', '/metrics', { token: null });
    expect(metrics.text).toContain('triptych_config_checksum_mismatches_total 1');
    await sql`update config_versions v set content = '{"secret":1}' from configs c where c.id = v.config_id and c.name = ${name}`;
  });

  it('are listed by environment and name', async () => {
    const environment = `env-${newId()}`;
    for (const name of ['b', 'a', 'c']) await put(`/api/v1/configs/${environment}/${name}`, name);
    const page = async (query: string) =>
      pageShape(z.looseObject({ name: z.string() })).parse(
        (await get(`/api/v1/configs?environment=${environment}&${query}`)).body,
      );
    const first = await page('limit=2');
    const second = await page(`limit=2&cursor=${first.page.next_cursor}`);
    expect([...first.data, ...second.data].map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });
});
