import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { TaggedCache } from '../../../src/cache/tagged-cache.js';
import { newId } from '../../../src/common/ids/ids.js';
import { Config } from '../../../src/config/config.js';
import { Declarations } from '../../../src/flows/declarations.js';
import { Ingest } from '../../../src/flows/ingest/ingest.js';
import { IngestedDocuments } from '../../../src/flows/ingest/ingested-documents.mongo.repository.js';
import { MongoIndexes } from '../../../src/flows/mongo-indexes.js';
import { ProjectedDocuments } from '../../../src/flows/projections/projected.mongo.repository.js';
import { Spool } from '../../../src/flows/spool/spool.js';
import { SpoolDelivery } from '../../../src/flows/spool/spool-delivery.js';
import { ACTIVITY_COLLECTION } from '../../../src/modules/activity/activity-log.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { StoreUnavailable } from '../../../src/stores/store-unavailable.js';
import { eventually } from '../../support/eventually.js';
import { FlowsTest } from '../flows/support/flows-test.js';
import { SwitchedCache } from '../flows/support/stand-ins.js';
import { aDocument, CUT_OFF, isDrained, spooledRows } from './spool-harness.js';

const API = { PROCESS_ROLE: 'api' };

describe('ingestion', () => {
  let test: FlowsTest;
  beforeEach(async () => {
    test = await FlowsTest.begin();
  });
  afterEach(() => test.end());

  it('sends the first document at once and those who come meanwhile together, each with its outcome', async () => {
    const sizes: number[] = [];
    const cache = new SwitchedCache();
    const flows = await test.start({ env: API, replace: [[TaggedCache, cache]] });
    const documents = flows.get(ProjectedDocuments);
    const write = documents.write.bind(documents);
    documents.write = (collection, writes) => {
      sizes.push(writes.length);
      return write(collection, writes);
    };
    const orgId = newId();
    const accepted = Array.from({ length: 2_500 }, () => aDocument({}, { orgId }));
    const outcomes = await Promise.all(accepted.map((each) => flows.get(Ingest).accept([each])));
    expect(outcomes.flat().filter(({ kind }) => kind === 'stored')).toHaveLength(2_500);
    expect(sizes).toEqual([1, 1_000, 1_000, 499]);
    expect(await flows.entries(orgId)).toHaveLength(2_500);
    // The first of a group goes ahead of the others here too.
    expect(cache.replaced.length).toBeLessThanOrEqual(2 * sizes.length);
    expect(await spooledRows(flows)).toBe(0);
  });

  it('spools until the unique indexes of MongoDB were looked at', async () => {
    const flows = await test.start({ env: API });
    const mongo = new Mongo(flows.get(Config));
    await mongo.onModuleInit();
    const indexes = new MongoIndexes(mongo, flows.get(Declarations));
    try {
      const ingest = new Ingest(
        mongo,
        flows.get(IngestedDocuments),
        flows.get(Spool),
        flows.get(TaggedCache),
      );
      const accept = async () => (await ingest.accept([aDocument({}, { orgId: newId() })]))[0]?.kind;
      expect([mongo.liveness.isUp, await accept()]).toEqual([true, 'spooled']);
      await indexes.onModuleInit();
      expect(await accept()).toBe('stored');
      expect(await spooledRows(flows)).toBe(1);
    } finally {
      await indexes.onApplicationShutdown();
      await mongo.onApplicationShutdown();
    }
  });

  it('starts with the unique indexes of an empty MongoDB, so that the first documents are not stored twice', async () => {
    const flows = await test.start({ env: API });
    const mongo = flows.get(Mongo);
    const { collections } = flows.get(Declarations);
    expect(mongo.takesWrites).toBe(true);
    let unique = 0;
    for (const { name, schema } of collections) {
      const declared = schema.indexes().filter(([, options]) => (options as { unique?: boolean }).unique);
      const made = await mongo.collection(name).indexes();
      for (const [keys] of declared) expect(made.map(({ key }) => key)).toContainEqual(keys);
      unique += declared.length;
    }
    expect(unique).toBeGreaterThan(10);
  });

  it('tells each caller of a shared write what became of its own document, and spools nothing', async () => {
    const flows = await test.start({ env: API });
    const collection = flows.get(Mongo).connection.db?.collection(ACTIVITY_COLLECTION);
    await collection?.createIndex({ 'payload.unique': 1 }, { unique: true, sparse: true });
    const orgId = newId();
    const aggregate = 'shared';
    const inputs = Array.from({ length: 60 }, (_, n) =>
      aDocument({ payload: n % 3 === 0 ? { unique: 0 } : {} }, { orgId, aggregate }),
    );
    const outcomes = await Promise.all(inputs.map((each) => flows.get(Ingest).accept([each])));
    const refused = outcomes.flat().filter(({ kind }) => kind === 'refused');
    expect(refused).toHaveLength(19);
    expect(refused.every((one) => one.kind === 'refused' && one.error.message.length > 0)).toBe(true);
    expect(await flows.entries(orgId)).toHaveLength(41);
    expect(await spooledRows(flows)).toBe(0);
  });

  it('stores a document once whose write succeeded and seemed to fail', async () => {
    const uncertain = await test.start({ env: API });
    const documents = uncertain.get(IngestedDocuments);
    const insert = documents.insert.bind(documents);
    documents.insert = async (batch, options) => {
      await insert(batch, options);
      throw new StoreUnavailable('mongodb');
    };
    const orgId = newId();
    const inputs = Array.from({ length: 50 }, () => aDocument({}, { orgId }));
    const outcomes = await uncertain.get(Ingest).accept(inputs);
    expect(outcomes.map(({ kind }) => kind)).toEqual(inputs.map(() => 'spooled'));
    expect([await spooledRows(uncertain), (await uncertain.entries(orgId)).length]).toEqual([50, 50]);
    const relay = await test.start({ tuning: { pollMs: 20 } });
    await isDrained(relay);
    expect((await relay.entries(orgId)).map(({ _id }) => _id)).toEqual(
      inputs.map(({ document }) => document._id),
    );
  });

  it('fails over on a store that is away, and on no other error', async () => {
    const flows = await test.start({ env: API });
    const documents = flows.get(IngestedDocuments);
    documents.insert = () => Promise.reject(new Error('a bug'));
    await expect(flows.get(Ingest).accept([aDocument()])).rejects.toThrow('a bug');
    expect(await spooledRows(flows)).toBe(0);
  });

  it('rejects where neither store can be reached', async () => {
    const DATABASE_URL = 'postgres://nobody@127.0.0.1:1/none';
    const flows = await test.start({ env: { ...CUT_OFF, DATABASE_URL } });
    await expect(flows.get(Ingest).accept([aDocument()])).rejects.toBeInstanceOf(StoreUnavailable);
  });

  describe('of a document that the driver cannot send', () => {
    const batchWith = (orgId: string) => [
      aDocument({}, { orgId }),
      aDocument({ payload: { _bsontype: 'z' } }, { orgId }),
      aDocument({}, { orgId }),
    ];

    it('refuses it alone, in whichever way the others go', async () => {
      const flows = await test.start({ env: API });
      const orgId = newId();
      const kinds = (outcomes: readonly { kind: string }[]) => outcomes.map(({ kind }) => kind);
      const direct = await flows.get(Ingest).accept(batchWith(orgId));
      expect(kinds(direct)).toEqual(['stored', 'refused', 'stored']);
      const within = await flows
        .get(Postgres)
        .ambientTransaction(() => flows.get(Ingest).acceptInTransaction(batchWith(orgId)));
      expect(kinds(within)).toEqual(['stored', 'refused', 'stored']);
      expect(await flows.entries(orgId)).toHaveLength(4);
      const away = await test.start({ env: { ...API, ...CUT_OFF } });
      const before = await spooledRows(away);
      expect(kinds(await away.get(Ingest).accept(batchWith(orgId)))).toEqual([
        'spooled',
        'refused',
        'spooled',
      ]);
      expect(await spooledRows(away)).toBe(before + 2);
    });
  });

  describe('in the transaction of a request', () => {
    it('leaves nothing of what is rolled back, and shows what is committed at once', async () => {
      const flows = await test.start({ env: API });
      const orgId = newId();
      const rolledBack = flows.get(Postgres).ambientTransaction(async () => {
        await flows.get(Ingest).acceptInTransaction([aDocument({}, { orgId })]);
        throw new Error('rolled back');
      });
      await expect(rolledBack).rejects.toThrow('rolled back');
      const committed = aDocument({}, { orgId });
      await flows.get(Postgres).ambientTransaction(async () => {
        const outcomes = await flows.get(Ingest).acceptInTransaction([committed]);
        expect(outcomes).toEqual([{ kind: 'stored' }]);
        expect(await flows.entries(orgId)).toEqual([]);
      });
      expect((await flows.entries(orgId)).map(({ _id }) => _id)).toEqual([committed.document._id]);
      expect(await spooledRows(flows)).toBe(0);
    });

    it('stores it once where the process dies after the commit, before or after the write', async () => {
      const never = new Promise<never>(() => undefined);
      const orgId = newId();
      const before = await test.start({ env: API, tuning: { leaseMs: 300 } });
      before.get(SpoolDelivery).deliver = () => never;
      const after = await test.start({ env: API, tuning: { leaseMs: 300 } });
      const deliver = after.get(IngestedDocuments);
      const insert = deliver.insert.bind(deliver);
      deliver.insert = async (batch, options) => {
        await insert(batch, options);
        return never;
      };
      const inputs = [aDocument({}, { orgId }), aDocument({}, { orgId })];
      for (const [index, flows] of [before, after].entries()) {
        const input = inputs[index];
        // The request itself never comes to its end.
        if (input) void flows.get(Ingest).acceptInTransaction([input]);
      }
      const relay = await test.start({ tuning: { pollMs: 20 } });
      const entries = await eventually(
        () => relay.entries(orgId),
        (found) => found.length === 2,
      );
      expect(entries.map(({ _id }) => _id)).toEqual(inputs.map(({ document }) => document._id));
      await isDrained(relay);
      expect(await relay.entries(orgId)).toHaveLength(2);
    });
  });
});
