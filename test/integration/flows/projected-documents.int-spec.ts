import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

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
});
