import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from 'redis';

import { newId } from '../../src/common/ids/ids.js';
import { startPrivateRedis } from '../integration/cache/private-redis.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { eventually } from '../support/eventually.js';

const TEXTS = [
  'nothing',
  '1',
  '%F0%9F%98%80',
  'a'.repeat(512),
  '00000000-0000-4000-8000-000000000000',
  `${newId()}x`,
];

describe('texts in the place of an id', () => {
  let t: TestApp;
  let redis: Awaited<ReturnType<typeof startPrivateRedis>>;
  beforeAll(async () => {
    redis = await startPrivateRedis('path-texts');
    t = await createTestApp({ REDIS_URL: redis.url });
  });
  afterAll(async () => {
    await t.close();
    await redis.stop();
  });

  async function keys(): Promise<number> {
    const client = createClient({ url: redis.url });
    await client.connect();
    const count = await client.dbSize();
    await client.disconnect();
    return count;
  }

  it('are not found, and leave no key in Redis', async () => {
    const get = (resource: string, text: string) => t.request('GET', `/api/v1/${resource}/${text}`);
    const resources = ['users', 'organizations', 'api-keys', 'activity'];
    for (const resource of resources) expect((await get(resource, newId())).status).toBe(404);
    const before = await eventually(keys, (count) => count > resources.length);
    for (const resource of resources)
      for (const text of TEXTS) expect([text, (await get(resource, text)).status]).toEqual([text, 404]);
    expect(await keys()).toBe(before);
  });
});
