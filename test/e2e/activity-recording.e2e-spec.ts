import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { Postgres } from '../../src/stores/postgres/postgres.js';
import { newAccount } from '../factories/account.js';
import { pageShape, problemShape } from '../support/shapes.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const entryShape = z.object({
  id: z.uuid(),
  user_email: z.string().nullable(),
  payload: z.record(z.string(), z.unknown()),
});
const pageOfEntries = pageShape(entryShape);
const batchShape = z.strictObject({
  outcomes: z.array(
    z.strictObject({
      index: z.number(),
      status: z.number(),
      id: z.uuid().optional(),
      errors: z.array(z.object({ path: z.string(), code: z.string(), message: z.string() })).optional(),
    }),
  ),
});

const PATH = '/api/v1/activity';

const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });

describe('recording activity', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp();
  });
  afterAll(() => t.close());

  const list = async (query: string) =>
    pageOfEntries.parse((await t.request('GET', `${PATH}?${query}`)).body);

  describe('in batches', () => {
    const BATCH = `${PATH}/batch`;
    const post = (entries: unknown, headers = {}) => t.request('POST', BATCH, { body: { entries }, headers });

    it('records every entry and answers 200 with an outcome for each', async () => {
      const entries = Array.from({ length: 1_000 }, (_, n) => ({
        event_type: 'batched',
        user_id: n % 2 === 0 ? t.tenant.userId : 'somebody',
        payload: { n },
      }));
      const answer = await post(entries);
      expect(answer.status).toBe(200);
      const { outcomes } = batchShape.parse(answer.body);
      expect(outcomes.map(({ index, status }) => [index, status])).toEqual(entries.map((_, n) => [n, 201]));
      expect(new Set(outcomes.map(({ id }) => id)).size).toBe(1_000);
      const page = await list('event_type=batched&limit=200');
      expect(page.data.map((entry) => entry.payload['n'])).toEqual(
        Array.from({ length: 200 }, (_, n) => 999 - n),
      );
      expect(page.data.map((entry) => entry.user_email).slice(0, 2)).toEqual([null, t.tenant.email]);
    });

    it('answers 207 where some are refused, each with its faults, and records the others', async () => {
      const good = { event_type: 'mixed' };
      const faulty = [
        null,
        { event_type: 'a b' },
        { ...good, nickname: 'x' },
        { ...good, payload: nested(11) },
        [good],
      ];
      const answer = await post([good, ...faulty, good]);
      expect(answer.status).toBe(207);
      const { outcomes } = batchShape.parse(answer.body);
      expect(outcomes.map(({ status }) => status)).toEqual([201, 422, 422, 422, 422, 422, 201]);
      expect(outcomes.map(({ errors }) => errors?.[0]?.path)).toEqual([
        undefined,
        'event_type',
        'event_type',
        'nickname',
        expect.stringMatching(/^payload\b/),
        expect.any(String),
        undefined,
      ]);
      expect((await list('event_type=mixed')).data.map(({ id }) => id)).toEqual([
        outcomes[6]?.id,
        outcomes[0]?.id,
      ]);
      expect((await post(faulty)).status).toBe(207);
    });

    it.each([
      ['no entries', []],
      ['more than 1,000', Array.from({ length: 1_001 }, () => ({ event_type: 'x' }))],
      ['what is no list', { event_type: 'x' }],
    ])('refuses %s', async (_, entries) => {
      const answer = await post(entries);
      expect([answer.status, problemShape.parse(answer.body).errors[0]?.path]).toEqual([422, 'entries']);
    });

    it('takes 1,000 entries of 20 members, and no more than 1 MiB, as every route', async () => {
      const payload = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`m${n}`, n]));
      const real = Array.from({ length: 1_000 }, () => ({ event_type: 'real', payload }));
      expect((await post(real)).status).toBe(200);
      const entry = { event_type: 'large', payload: { text: 'x'.repeat(30_000) } };
      expect((await post(Array.from({ length: 34 }, () => entry))).status).toBe(200);
      expect((await post(Array.from({ length: 36 }, () => entry))).status).toBe(413);
      const single = { ...entry, payload: { text: 'x'.repeat(1_100_000) } };
      expect((await t.request('POST', PATH, { body: single })).status).toBe(413);
    });

    it('repeats the first answer for the same Idempotency-Key, and records nothing again', async () => {
      const headers = { 'idempotency-key': 'batch-1' };
      const entries = [{ event_type: 'once' }, { event_type: 'once' }, {}];
      const first = await post(entries, headers);
      const second = await post(entries, headers);
      expect([first.status, second.status, second.text]).toEqual([207, 207, first.text]);
      expect((await list('event_type=once')).data).toHaveLength(2);
    });
  });

  describe('that the driver of MongoDB would take for something else', () => {
    const HOSTILE: readonly [string, Record<string, unknown>][] = [
      ['payload._bsontype', { _bsontype: 'z' }],
      ['payload.a.1._bsontype', { a: [1, { _bsontype: 'ObjectId' }] }],
      ['payload.a.b._bsontype', { a: { b: { _bsontype: 7 } } }],
      ['payload.a.$ref', { a: { $ref: 'x.y', $id: 1 } }],
      ['payload.a.constructor', { a: { constructor: 1 } }],
    ];

    it.each(HOSTILE)('is refused by its path: %s', async (path, payload) => {
      const answer = await t.request('POST', PATH, { body: { event_type: 'hostile', payload } });
      expect([answer.status, problemShape.parse(answer.body).errors[0]?.path]).toEqual([422, path]);
      expect((await list('event_type=hostile')).data).toEqual([]);
    });

    it('costs its neighbours in a batch nothing', async () => {
      const entries = Array.from({ length: 1_000 }, (_, n) => ({
        event_type: 'neighbour',
        payload: n % 500 === 0 ? { n } : { _bsontype: 'z' },
      }));
      const answer = await t.request('POST', `${PATH}/batch`, { body: { entries } });
      expect(answer.status).toBe(207);
      const { outcomes } = batchShape.parse(answer.body);
      expect(outcomes.filter(({ status }) => status === 201).map(({ index }) => index)).toEqual([0, 500]);
      expect(outcomes.filter(({ status }) => status === 422)).toHaveLength(998);
      expect(outcomes[1]?.errors?.[0]?.path).toBe('payload._bsontype');
      expect((await list('event_type=neighbour')).data).toHaveLength(2);
    });

    it('leaves what only looks like it as it is', async () => {
      const payload = {
        $ref: 'x.y',
        $id: null,
        bsontype: 1,
        $oid: 'x',
        a: { $date: 'y', 'b.c': { $set: 1 } },
      };
      const answer = await t.request('POST', PATH, { body: { event_type: 'alike', payload } });
      const { id } = entryShape.parse(answer.body);
      const read = entryShape.parse((await t.request('GET', `${PATH}/${id}`)).body);
      expect(read.payload).toEqual(payload);
    });
  });

  it('gives each of many concurrent requests its own entry', async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, n) =>
        t.request('POST', PATH, { body: { event_type: 'grouped', payload: { n } } }),
      ),
    );
    const entries = answers.map(({ body }) => entryShape.parse(body));
    expect(entries.map((entry) => entry.payload['n'])).toEqual(Array.from({ length: 200 }, (_, n) => n));
    const found = (await list('event_type=grouped&limit=200')).data;
    expect(new Set(found.map(({ id }) => id))).toEqual(new Set(entries.map(({ id }) => id)));
  });

  describe('while MongoDB is away', () => {
    let away: TestApp;
    beforeAll(async () => {
      away = await createTestApp({ MONGODB_URI: 'mongodb://127.0.0.1:1/none?directConnection=true' });
    });
    afterAll(() => away.close());

    it('accepts an entry with 202, says where it will be, and PostgreSQL goes on', async () => {
      const answer = await away.request('POST', PATH, { body: { event_type: 'page_view' } });
      expect([answer.status, answer.headers['x-data-source']]).toEqual([202, 'postgres-spool']);
      const { id } = entryShape.parse(answer.body);
      expect(answer.headers['location']).toBe(`${PATH}/${id}`);
      const spooled = await away.app.get(Postgres).sql<
        { id: string }[]
      >`select id from spool where id = ${id}`;
      expect(spooled).toHaveLength(1);
      expect((await away.request('POST', '/api/v1/users', { body: newAccount() })).status).toBe(201);
    });

    it('answers 503 for reads, also of what was accepted', async () => {
      const { body } = await away.request('POST', PATH, { body: { event_type: 'page_view' } });
      for (const path of [PATH, `${PATH}/${entryShape.parse(body).id}`]) {
        const answer = await away.request('GET', path);
        expect([answer.status, problemShape.parse(answer.body).code]).toEqual([
          503,
          'service.store_unavailable',
        ]);
        expect(answer.headers['retry-after']).toBeDefined();
      }
    });

    it('still refuses what is not valid', async () => {
      const answer = await away.request('POST', PATH, { body: { event_type: 'a b' } });
      expect(answer.status).toBe(422);
    });

    it('accepts batches, and what comes with an Idempotency-Key once', async () => {
      const headers = { 'idempotency-key': 'away-1' };
      const body = { entries: [{ event_type: 'spooled' }, {}] };
      const first = await away.request('POST', `${PATH}/batch`, { body, headers });
      const second = await away.request('POST', `${PATH}/batch`, { body, headers });
      expect([first.status, first.headers['x-data-source']]).toEqual([207, 'postgres-spool']);
      expect(batchShape.parse(first.body).outcomes.map(({ status }) => status)).toEqual([202, 422]);
      expect([second.status, second.text]).toEqual([207, first.text]);
      const single = { body: { event_type: 'spooled' }, headers: { 'idempotency-key': 'away-2' } };
      expect((await away.request('POST', PATH, single)).status).toBe(202);
      const replay = await away.request('POST', PATH, single);
      expect([replay.status, replay.headers['idempotency-replayed']]).toEqual([202, 'true']);
      const rows = await away.app.get(Postgres).sql`select 1 from spool where aggregate like '%"entry"%'
        and encode(document, 'escape') like '%spooled%'`;
      expect(rows).toHaveLength(2);
    });
  });
});
