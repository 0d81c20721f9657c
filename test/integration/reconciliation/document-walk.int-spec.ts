import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import mongoose from 'mongoose';

import { newId } from '../../../src/common/ids/ids.js';
import {
  DocumentWalk,
  type Overview,
} from '../../../src/flows/reconciliation/document-walk.mongo.repository.js';
import { type Document, found, ReconciledService } from './reconciled-service.js';

const { Binary, Code, Decimal128, Long, MaxKey, MinKey, ObjectId, Timestamp, UUID } = mongoose.mongo.BSON;

const ENTRIES = 'activity_logs';
const NO_TEXTS = [
  ...[new ObjectId(), new ObjectId('0'.repeat(24)), new UUID(), new Binary(new Uint8Array(3), 0x80)],
  ...[-1, 1.5, NaN, Infinity, -Infinity, Long.MAX_VALUE, Decimal128.fromString('1.1')],
  ...[true, false, new Date(), new Date(-1), { a: 1 }, {}, new Timestamp({ t: 1, i: 1 }), new Code('x')],
  ...[new MinKey(), new MaxKey()],
];

describe('the walk through a collection', () => {
  let service: ReconciledService;
  beforeAll(async () => {
    service = await ReconciledService.start();
  });
  afterAll(() => service.close());

  const walk = () => service.t.app.get(DocumentWalk, { strict: false });

  async function walked(collection: string): Promise<string[]> {
    const keys: string[] = [];
    for await (const batch of walk().within(collection, ['n'], { $gte: '' }))
      keys.push(...batch.map(({ _id }) => _id));
    const unparsed: string[] = [];
    for await (const batch of walk().unparsed(collection)) unparsed.push(...batch.map(({ _id }) => _id));
    expect(unparsed).toEqual(keys);
    return keys;
  }

  async function overviewsOf(collection: string): Promise<Overview[]> {
    const overviews: Overview[] = [];
    const fields = { same: ['who', 'what'], greatest: ['at'] };
    for await (const overview of walk().overviews(collection, fields)) overviews.push(overview);
    return overviews;
  }

  it('gives every document whose key is text once, in order', async () => {
    const collection = service.collection('walked');
    const texts = ['', '0', 'Z', 'ffffffff-ffff-7fff', 'z', 'ä', '\u{1f600}'];
    const keys = [...texts, ...Array.from({ length: 9_000 }, newId)].sort((one, other) =>
      Buffer.compare(Buffer.from(one), Buffer.from(other)),
    );
    await collection.insertMany(keys.toReversed().map((_id, n) => ({ _id, n })));
    await collection.insertOne({ _id: new ObjectId() as never, n: -1 });
    expect(await walked('walked')).toEqual(keys);
    expect(await walked('nothing')).toEqual([]);
  });

  it('tells each document in exactly one overview, by the last of its kind', async () => {
    const collection = service.collection('overlooked');
    const keys = ['', 'ffffffff-ffff-7fff', ...Array.from({ length: 9_000 }, newId)];
    const documents = keys.map((_id, n) => ({
      ...{ _id, who: n % 2 ? 'odd' : null, at: new Date(10_000 - n) },
      ...(n % 3 === 0 ? { what: { n: 1 } } : {}),
    }));
    await collection.insertMany(documents);
    const overviews = await overviewsOf('overlooked');
    expect(overviews.reduce((sum, { count }) => sum + count, 0)).toBe(keys.length);
    expect(overviews.length).toBeGreaterThan(1);
    for (const { keys: range, count, examples } of overviews) {
      const meant: Document[] = [];
      for await (const batch of walk().within('overlooked', [], range)) meant.push(...batch);
      expect(meant).toHaveLength(count);
      const kinds = Map.groupBy(meant, (document) => JSON.stringify([document['who'], document['what']]));
      const lasts = [...kinds.values()].map((alike) => ({
        ...{ _id: alike.at(-1)?._id, who: alike[0]?.['who'], what: alike[0]?.['what'] },
        at: new Date(Math.max(...alike.map(({ at }) => Number(at)))),
      }));
      expect(examples).toHaveLength(lasts.length);
      expect(examples).toEqual(expect.arrayContaining(lasts));
    }
  });

  it('gives no examples where nearly every document is a kind of its own', async () => {
    const collection = service.collection('varied');
    await collection.insertMany(Array.from({ length: 10_001 }, (_, n) => ({ _id: `z${n}`, who: n })));
    const told = (await overviewsOf('varied')).filter(({ count }) => count > 0);
    expect(told).toEqual([{ keys: { $gt: expect.any(String) }, count: 10_001, examples: null }]);
  });

  it('leaves out keys of any other type, which are found beside it, and removed', async () => {
    const entry = { organization_id: service.t.tenant.orgId, source: 'outbox' };
    await service.collection(ENTRIES).insertMany(NO_TEXTS.map((_id) => ({ _id: _id as never, ...entry })));
    const only = ['outbox-activity'];
    const report = await service.verify({ only });
    expect(found(report)).toEqual({ 'outbox-activity': NO_TEXTS.length });
    expect(await service.verify({ only, isRepair: true })).toMatchObject({
      ok: true,
      checks: [{ extra: NO_TEXTS.length, repaired: NO_TEXTS.length }],
    });
  });

  it('makes no difference of the order of fields, nor of how a number is written', async () => {
    await service.createUser();
    await service.settled();
    const entries = service.collection(ENTRIES);
    const entry = await entries.findOne({ event_type: 'user.created' });
    if (!entry) throw new Error('There is no entry');
    const { _id, ...fields } = entry;
    await service.sql`update outbox_events set payload = '{"n": 1, "far": 3.5}' where id = ${_id}`;
    const payload = { far: new mongoose.mongo.BSON.Double(3.5), n: Long.fromNumber(1) };
    const turned = Object.fromEntries(Object.entries({ ...fields, payload }).toReversed());
    await entries.replaceOne({ _id }, turned);
    expect(await service.verify({ only: ['outbox-activity'] })).toMatchObject({ ok: true });
    await entries.updateOne({ _id }, { $set: { 'payload.n': 2 } });
    expect(await service.verify({ only: ['outbox-activity'] })).toMatchObject({
      checks: [{ different: 1 }],
      details: [{ detail: 'payload' }],
    });
  });
});
