import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Logger } from '@nestjs/common';
import mongoose from 'mongoose';

import { DECLARED } from '../../../src/declare.js';
import type { OwnedCollection } from '../../../src/flows/collections/owned-collection.js';
import type { Declarations } from '../../../src/flows/declarations.js';
import { MongoIndexes } from '../../../src/flows/mongo-indexes.js';
import { Readiness } from '../../../src/ops/health/readiness.js';
import { RedisLimits } from '../../../src/ops/health/redis-limits.js';
import { StoreHealth } from '../../../src/ops/health/store-health.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { Redis } from '../../../src/stores/redis/redis.js';
import { eventually } from '../../support/eventually.js';
import { createTestStores, type TestStores } from '../../support/test-stores.js';
import { withMongo } from '../backup/archive-fixture.js';

Logger.overrideLogger(false);

const COLLECTION = 'keyed_documents';
const schema = new mongoose.Schema({ _id: String, key: String, at: Date });
schema.index({ key: 1 }, { unique: true });
schema.index({ at: 1 });

describe('a unique index of MongoDB that cannot be made', () => {
  let stores: TestStores;
  beforeAll(async () => {
    stores = await createTestStores();
  });
  afterAll(() => stores.drop());

  it('makes the service not ready until it can, and keeps no other index from being made', async () => {
    const documents = () => withMongo(stores.config, (mongo) => mongo.collection(COLLECTION).indexes());
    await withMongo(stores.config, (mongo) =>
      mongo.collection<{ _id: string; key: string }>(COLLECTION).insertMany([
        { _id: '1', key: 'same' },
        { _id: '2', key: 'same' },
      ]),
    );
    const [postgres, mongo, redis] = [
      new Postgres(stores.config),
      new Mongo(stores.config),
      new Redis(stores.config),
    ];
    await Promise.all([postgres.onModuleInit(), mongo.onModuleInit(), redis.onModuleInit()]);
    const collection: OwnedCollection = {
      ...{ name: COLLECTION, schema, resource: 'keyed', ofOrganization: 'kept', ofAccount: [] },
    };
    const declared: Declarations = { ...DECLARED, collections: [collection] };
    const indexes = new MongoIndexes(mongo, declared);
    indexes.againMs = 20;
    const readiness = new Readiness(
      new StoreHealth(postgres, mongo, redis, new RedisLimits(redis, stores.config)),
      postgres,
      indexes,
    );
    try {
      expect(await readiness.report()).toMatchObject({
        isReady: true,
        body: { checks: { unique_indexes: 'unknown' } },
      });
      expect(mongo.takesWrites).toBe(false);
      await indexes.onModuleInit();
      const refused = await eventually(
        () => readiness.report(),
        ({ isReady }) => !isReady,
      );
      expect(refused.body).toMatchObject({
        status: 'not_ready',
        checks: { mongodb: 'up', unique_indexes: 'missing' },
      });
      expect(indexes.missingUnique).toEqual([`${COLLECTION}: key (unique)`]);
      const made = await eventually(documents, ({ length }) => length === 2);
      expect(made.map(({ key }) => key)).toEqual([{ _id: 1 }, { at: 1 }]);
      await withMongo(stores.config, (db) =>
        db.collection<{ _id: string }>(COLLECTION).deleteOne({ _id: '2' }),
      );
      await eventually(
        () => readiness.report(),
        ({ isReady, body }) => isReady && body.checks.unique_indexes === 'made',
      );
      await eventually(documents, ({ length }) => length === 3);
    } finally {
      await indexes.onApplicationShutdown();
      await Promise.all([postgres, mongo, redis].map((store) => store.onApplicationShutdown()));
    }
  });
});
