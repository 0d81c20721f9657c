import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { newId } from '../../../src/common/ids/ids.js';
import type { ProjectedWrite } from '../../../src/flows/projections/projection.js';
import { ProjectedDocuments } from '../../../src/flows/projections/projected.mongo.repository.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { StoreUnavailable } from '../../../src/stores/store-unavailable.js';
import { eventually } from '../../support/eventually.js';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { createTestStores, Flows, type TestStores } from './support/flows-harness.js';

describe('writing projected documents', () => {
  let stores: TestStores;
  let flows: Flows;
  let documents: ProjectedDocuments;
  beforeAll(async () => {
    stores = await createTestStores();
    flows = await Flows.start(stores, { env: { PROCESS_ROLE: 'api' } });
    documents = flows.get(ProjectedDocuments);
    await database().collection('unique').createIndex({ key: 1 }, { unique: true, sparse: true });
  });
  afterAll(async () => {
    await flows.close();
    await stores.drop();
  });

  const database = () => {
    const { db } = flows.get(Mongo).connection;
    if (!db) throw new Error('MongoDB is not connected');
    return db;
  };
  const insert = (
    collection: string,
    fields: Record<string, unknown> = {},
    id = newId(),
  ): ProjectedWrite => ({
    collection,
    insert: { _id: id, ...fields },
  });

  it('applies a sequence that is repeated from anywhere, and never overwrites', async () => {
    const writes = Array.from({ length: 500 }, (_, n) => insert('repeated', { n }));
    expect(await documents.write('repeated', writes.slice(100, 300))).toBeNull();
    await database()
      .collection('repeated')
      .updateMany({}, { $set: { changed_since: true } });
    expect(await documents.write('repeated', writes)).toBeNull();
    expect(await documents.write('repeated', writes)).toBeNull();
    expect(await database().collection('repeated').countDocuments()).toBe(500);
    expect(await database().collection('repeated').countDocuments({ changed_since: true })).toBe(200);
  });

  it('keeps the order of inserts and updates', async () => {
    const update = (n: number): ProjectedWrite => ({
      collection: 'ordered',
      updateMany: { filter: {}, update: { $set: { n } } },
    });
    const first = insert('ordered', { n: 0 });
    const second = insert('ordered', { n: 0 });
    expect(
      await documents.write('ordered', [first, update(1), second, update(2), insert('ordered', { n: 0 })]),
    ).toBeNull();
    const found = await database().collection('ordered').find().sort({ n: 1 }).toArray();
    expect(found.map((document) => document['n'])).toEqual([0, 2, 2]);
  });

  it('names the first refused write, also behind a repeat', async () => {
    const taken = insert('unique', { key: 'a' });
    const clash = insert('unique', { key: 'a' });
    const writes = [insert('unique'), taken, insert('unique'), clash, insert('unique')];
    expect(await documents.write('unique', writes)).toMatchObject({ index: 3 });
    expect(await documents.write('unique', writes)).toMatchObject({ index: 3 });
    expect(await database().collection('unique').countDocuments()).toBe(3);
  });

  it('blames no document where the connection is lost over and over again, though the server answers', async () => {
    const proxy = await TcpProxy.start(stores.config.mongo.uri);
    const behind = await Flows.start(stores, { env: { PROCESS_ROLE: 'api', MONGODB_URI: proxy.url } });
    try {
      proxy.dropWhoSays('unspeakable');
      const writes = [insert('lost'), insert('lost', { text: 'unspeakable' }), insert('lost')];
      const written = behind.get(ProjectedDocuments).write('lost', writes);
      await expect(written).rejects.toBeInstanceOf(StoreUnavailable);
      proxy.heal();
      await eventually(
        () => behind.get(Mongo).liveness.check(),
        (isUp) => isUp,
      );
      expect(await behind.get(ProjectedDocuments).write('lost', writes)).toBeNull();
      expect(await database().collection('lost').countDocuments()).toBe(3);
    } finally {
      await behind.close();
      await proxy.close();
    }
  });

  it('finds the one document that cannot be sent', async () => {
    const endless: Record<string, unknown> = {};
    endless['self'] = endless;
    const writes = [insert('sent'), insert('sent'), insert('sent', { endless }), insert('sent')];
    expect(await documents.write('sent', writes)).toMatchObject({ index: 2 });
    expect(await database().collection('sent').countDocuments()).toBe(2);
  });

  it('stores keys that look like operators as keys', async () => {
    const id = newId();
    const payload = { $set: { a: 1 }, 'a.b': 1, $where: 'x' };
    expect(await documents.write('keys', [insert('keys', { payload }, id)])).toBeNull();
    expect(await database().collection<{ _id: string }>('keys').findOne({ _id: id })).toEqual({
      _id: id,
      payload,
    });
  });

  describe('derived documents', () => {
    const find = (id: string): Promise<Record<string, unknown> | null> =>
      database().collection<{ _id: string }>('derived').findOne({ _id: id });
    const count = (_id: string, by: string, remembered?: number): ProjectedWrite => ({
      collection: 'derived',
      applyOnce: {
        _id,
        by,
        update: { $inc: { count: 1 }, $setOnInsert: { kind: 'total' }, $push: { seen: by } },
        ...(remembered !== undefined && { remembered }),
      },
    });
    const put = (_id: string, version: number): ProjectedWrite => ({
      collection: 'derived',
      putNewer: { _id, by: { field: 'version', value: version }, set: { name: `v${version}` } },
    });

    it('count each event once, in batches that are repeated from anywhere and by several at once', async () => {
      const id = newId();
      const writes = Array.from({ length: 100 }, () => count(id, newId()));
      await Promise.all([
        documents.write('derived', writes.slice(0, 70)),
        documents.write('derived', writes.slice(30)),
        documents.write('derived', writes),
      ]);
      expect(await documents.write('derived', writes)).toBeNull();
      const total = await find(id);
      expect(total).toMatchObject({ kind: 'total', count: 100 });
      expect([...(total?.['seen'] as string[])].toSorted()).toEqual(
        writes.map((write) => ('applyOnce' in write ? write.applyOnce.by : '')).toSorted(),
      );
    });

    it('remember the last ids that they have counted, and no more', async () => {
      const id = newId();
      const ids = Array.from({ length: 5 }, () => newId());
      await documents.write(
        'derived',
        ids.map((by) => count(id, by, 3)),
      );
      expect((await find(id))?.['applied_ids']).toEqual(ids.slice(2));
    });

    it('keep the newest state, whatever the order in which the states arrive', async () => {
      const id = newId();
      const arrivals = [3, 1, 2, 7, 7, 5, 6, 4];
      for (const version of arrivals) expect(await documents.write('derived', [put(id, version)])).toBeNull();
      expect(await find(id)).toEqual({ _id: id, version: 7, name: 'v7' });
      expect(await documents.write('derived', [put(id, 8), put(id, 2), put(id, 9)])).toBeNull();
      expect(await find(id)).toEqual({ _id: id, version: 9, name: 'v9' });
    });

    it('keep the newest state of many writers at once', async () => {
      const id = newId();
      const versions = Array.from({ length: 20 }, (_, n) => (n * 7) % 20);
      await Promise.all(versions.map((version) => documents.write('derived', [put(id, version)])));
      expect(await find(id)).toEqual({ _id: id, version: 19, name: 'v19' });
    });

    it('take over a document that has no version yet', async () => {
      const id = newId();
      await database().collection<{ _id: string }>('derived').insertOne({ _id: id });
      expect(await documents.write('derived', [put(id, 1)])).toBeNull();
      expect(await find(id)).toMatchObject({ version: 1 });
    });

    it('fail where another unique key is taken, and hold up nothing behind a repeat', async () => {
      const [taken, mine] = [newId(), newId()];
      await documents.write('unique', [insert('unique', { key: 'derived' }, taken)]);
      const clash: ProjectedWrite = {
        collection: 'unique',
        putNewer: { _id: mine, by: { field: 'version', value: 1 }, set: { key: 'derived' } },
      };
      expect(await documents.write('unique', [insert('unique'), clash])).toMatchObject({ index: 1 });
      await documents.write('unique', [insert('unique', {}, mine)]);
      expect(await documents.write('unique', [clash, insert('unique')])).toMatchObject({ index: 0 });
    });
  });

  it('deletes, and makes by a key what is missing', async () => {
    const collection = 'kept';
    const upsert = (key: string, seconds: number): ProjectedWrite => ({
      collection,
      updateMany: { filter: { _id: key }, update: { $max: { seconds } }, upsert: true },
    });
    await Promise.all([5, 9, 2, 7].map((seconds) => documents.write(collection, [upsert('a', seconds)])));
    await documents.write(collection, [upsert('b', 1), { collection, deleteMany: { filter: { _id: 'b' } } }]);
    expect(await database().collection(collection).find().toArray()).toEqual([{ _id: 'a', seconds: 9 }]);
  });
});
