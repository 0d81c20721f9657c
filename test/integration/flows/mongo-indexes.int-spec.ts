import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createApp } from '../../../src/app.setup.js';
import { ACTIVITY_COLLECTION } from '../../../src/modules/activity/activity-log.js';
import { activityLogSchema } from '../../../src/modules/activity/activity-log.schema.js';
import { ANALYTICS_COLLECTION } from '../../../src/modules/analytics/analytics-event.js';
import { analyticsEventSchema } from '../../../src/modules/analytics/analytics-event.schema.js';
import { eventually } from '../../support/eventually.js';
import { createTestStores, type TestStores } from '../../support/test-stores.js';
import { withMongo } from '../backup/archive-fixture.js';

const OTHERWISE = { organization_id: 1, occurred_at: -1, _id: -1 } as const;

describe('the indexes of MongoDB at the start of the service', () => {
  let stores: TestStores;
  beforeAll(async () => {
    stores = await createTestStores();
  });
  afterAll(() => stores.drop());

  const indexesOf = (collection: string) =>
    withMongo(stores.config, (mongo) => mongo.collection(collection).indexes());

  it('are made, beside one of the same fields that means something else, which is left alone', async () => {
    await withMongo(stores.config, async (mongo) => {
      await mongo.collection(ACTIVITY_COLLECTION).createIndex(OTHERWISE, { sparse: true });
      await mongo.createCollection(ANALYTICS_COLLECTION);
    });
    const app = await createApp(stores.config);
    try {
      await app.init();
      await eventually(
        async () => (await indexesOf(ANALYTICS_COLLECTION)).length,
        (count) => count === analyticsEventSchema.indexes().length + 1,
      );
      const indexes = await indexesOf(ACTIVITY_COLLECTION);
      expect(indexes).toHaveLength(activityLogSchema.indexes().length + 1);
      expect(indexes.find(({ key }) => JSON.stringify(key) === JSON.stringify(OTHERWISE))).toMatchObject({
        sparse: true,
      });
    } finally {
      await app.close();
    }
  });
});
