import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { InjectOptions } from 'fastify';

import { newId } from '../../../src/common/ids/ids.js';
import { Clock } from '../../../src/common/time/clock.js';
import { IdempotencyRecords } from '../../../src/modules/idempotency/documents/idempotency-records.mongo.repository.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { StoreUnavailable } from '../../../src/stores/store-unavailable.js';
import { eventually } from '../../support/eventually.js';
import { createTestStores, type TestStores } from '../../support/test-stores.js';
import { MEMOS, type Memo, type Runs, startMemosApp } from './memos-app.js';

class SetClock extends Clock {
  aheadMs = 0;
  override now(): Date {
    return new Date(Date.now() + this.aheadMs);
  }
}

describe('Idempotency-Key of records that MongoDB owns', () => {
  let stores: TestStores;
  const clock = new SetClock();
  let apps: NestFastifyApplication[] = [];
  let one: NestFastifyApplication;
  let runs: Runs;
  let org: string;
  beforeAll(async () => {
    stores = await createTestStores();
    const first = await startMemosApp(stores, clock);
    const second = await startMemosApp(stores, clock);
    apps = [first.app, second.app];
    one = first.app;
    runs = first.runs;
  });
  beforeEach(() => {
    org = newId();
    clock.aheadMs = 0;
    runs.beforeAnswer = () => Promise.resolve();
  });
  afterAll(async () => {
    for (const app of apps) await app.close();
    await stores.drop();
  });

  const post = async (
    key: string,
    payload: Record<string, unknown> = { text: 'a' },
    {
      app = one,
      url = '/memos',
      user = 'alice',
    }: { app?: NestFastifyApplication | undefined; url?: string; user?: string } = {},
  ) => {
    const headers = { 'idempotency-key': key, 'x-org': org, 'x-user': user };
    const options: InjectOptions = { method: 'POST', url, headers, payload };
    const answer = await app.inject(options);
    return { status: answer.statusCode, text: answer.body, headers: answer.headers };
  };
  const collection = (name: string) => {
    const { db } = one.get(Mongo, { strict: false }).connection;
    if (!db) throw new Error('MongoDB is not connected');
    return db.collection<Memo & { idempotency?: unknown[] }>(name);
  };
  const memosOf = () => collection(MEMOS).find({ organization_id: org }).toArray();
  const entries = () => collection('activity_logs').countDocuments({ organization_id: org });

  it('replays the first answer, headers included, and opens no transaction of PostgreSQL', async () => {
    const first = await post('replay');
    const again = await post('replay', { text: 'a' }, { app: apps[1] });
    expect([first.status, first.headers['idempotency-replayed']]).toEqual([201, undefined]);
    expect([again.status, again.headers['idempotency-replayed']]).toEqual([201, 'true']);
    expect([again.text, again.headers['location']]).toEqual([first.text, first.headers['location']]);
    expect([await memosOf(), await entries()]).toEqual([[expect.objectContaining({ text: 'a' })], 1]);
    expect(await one.get(Postgres, { strict: false }).sql`select 1 from idempotency_keys`).toHaveLength(0);
  });

  it('replays what was first answered, whatever became of the document since', async () => {
    const first = await post('changed');
    await collection(MEMOS).updateOne({ organization_id: org }, { $set: { text: 'other' } });
    expect((await post('changed')).text).toBe(first.text);
  });

  it('makes one document and one entry of 100 requests at once over two instances', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) => post('race', { text: 'a' }, { app: apps[n % 2] })),
    );
    const created = answers.filter(({ status }) => status === 201);
    const underWay = answers.filter(({ status }) => status === 409);
    expect(created.length + underWay.length).toBe(100);
    expect(created.length).toBeGreaterThan(0);
    expect(new Set(created.map(({ text }) => text)).size).toBe(1);
    expect(created.filter(({ headers }) => headers['idempotency-replayed'] === undefined)).toHaveLength(1);
    expect(await memosOf()).toHaveLength(1);
    await eventually(entries, (count) => count === 1);
  });

  it('refuses the same key with another payload, also where it was faster than the look-up', async () => {
    await post('reused');
    expect((await post('reused', { text: 'b' })).status).toBe(422);
    const records = one.get(IdempotencyRecords, { strict: false });
    const find = records.find.bind(records);
    let looks = 0;
    records.find = (...args) => (++looks === 1 ? Promise.resolve(null) : find(...args));
    try {
      expect((await post('reused', { text: 'b' })).status).toBe(422);
    } finally {
      records.find = find;
    }
    expect(await memosOf()).toHaveLength(1);
  });

  it('answers 409 while the first request runs', async () => {
    let release = (): void => undefined;
    const isHeld = new Promise<void>((resolve) => (release = resolve));
    let arrived = (): void => undefined;
    const hasArrived = new Promise<void>((resolve) => (arrived = resolve));
    runs.beforeAnswer = () => {
      arrived();
      return isHeld;
    };
    const first = post('held');
    await hasArrived;
    expect((await post('held')).status).toBe(409);
    release();
    expect((await first).status).toBe(201);
  });

  it('answers from the document where the process died before it had answered', async () => {
    runs.beforeAnswer = () => Promise.reject(new Error('dies here'));
    expect((await post('died')).status).toBe(500);
    runs.beforeAnswer = () => Promise.resolve();
    const again = await post('died');
    const [memo] = await memosOf();
    expect([again.status, again.headers['idempotency-replayed']]).toEqual([201, 'true']);
    expect(JSON.parse(again.text)).toEqual({ id: memo?._id, text: 'a' });
    expect([await memosOf(), await entries()]).toEqual([[memo], 1]);
    expect((await post('died')).text).toBe(again.text);
  });

  it('makes one document of a write that seemed to fail and did not', async () => {
    const records = one.get(IdempotencyRecords, { strict: false });
    const insert = records.insert.bind(records);
    records.insert = async (...args) => {
      await insert(...args);
      throw new StoreUnavailable('mongodb');
    };
    expect((await post('uncertain')).status).toBe(503);
    records.insert = insert;
    expect((await post('uncertain')).status).toBe(201);
    expect(await memosOf()).toHaveLength(1);
    await eventually(entries, (count) => count === 1);
  });

  it('is each principal’s own, and free again when it was kept for a day at least', async () => {
    const first = await post('own');
    const theirs = await post('own', { text: 'b' }, { user: 'bob' });
    expect([theirs.status, theirs.headers['idempotency-replayed']]).toEqual([201, undefined]);
    clock.aheadMs = 86_400_000 - 60_000;
    expect((await post('own')).text).toBe(first.text);
    clock.aheadMs = 2 * 86_400_000;
    const [later, other] = [
      await post('own', { text: 'c' }),
      await post('own', { text: 'd' }, { user: 'bob' }),
    ];
    expect([later, other].map(({ status, headers }) => [status, headers['idempotency-replayed']])).toEqual([
      [201, undefined],
      [201, undefined],
    ]);
    expect((await memosOf()).map(({ text }) => text)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('makes one document of requests on both sides of midnight', async () => {
    const [before, after] = [86_400_000 - (Date.now() % 86_400_000) - 1_000, 86_400_000];
    const records = one.get(IdempotencyRecords, { strict: false });
    const find = records.find.bind(records);
    let looks = 0;
    for (const [first, second] of [
      [before, after],
      [after, before],
    ] as const) {
      const key = `midnight ${first}`;
      clock.aheadMs = first;
      await post(key);
      clock.aheadMs = second;
      // As if both had looked before either was there.
      looks = 0;
      records.find = (...args) => (++looks === 1 ? Promise.resolve(null) : find(...args));
      expect((await post(key)).headers['idempotency-replayed']).toBe('true');
      records.find = find;
    }
    expect(await memosOf()).toHaveLength(2);
  });

  it('applies a change of a document once', async () => {
    const { id } = JSON.parse((await post('made')).text) as { id: string };
    const url = `/memos/${id}/append`;
    const answers = [await post('part', { text: 'x' }, { url }), await post('part', { text: 'x' }, { url })];
    expect(answers.map(({ text }) => text)).toEqual(['{"parts":["x"]}', '{"parts":["x"]}']);
    await post('another part', { text: 'x' }, { url });
    expect(await memosOf()).toEqual([expect.objectContaining({ parts: ['x', 'x'] })]);
    expect((await post('part', { text: 'y' }, { url })).status).toBe(422);
    expect((await post('made')).headers['idempotency-replayed']).toBe('true');
  });

  it('is ignored where a route says so, and refused where it is none', async () => {
    const [first, second] = [
      await post('ignored', {}, { url: '/memos/evaluate' }),
      await post('ignored', {}, { url: '/memos/evaluate' }),
    ];
    expect(second.text).not.toBe(first.text);
    expect((await post('x'.repeat(256))).status).toBe(400);
  });

  it('forgets records whose time is over, and nothing else', async () => {
    await post('old');
    const records = one.get(IdempotencyRecords, { strict: false });
    await records.forget(MEMOS, new Date());
    expect((await memosOf())[0]?.idempotency).toHaveLength(1);
    await records.forget(MEMOS, new Date(Date.now() + 3 * 86_400_000));
    expect((await memosOf())[0]?.idempotency).toEqual([]);
    // Emptied arrays are no values of the unique index.
    await post('older');
    await records.forget(MEMOS, new Date(Date.now() + 3 * 86_400_000));
    expect(await memosOf()).toHaveLength(2);
  });
});
