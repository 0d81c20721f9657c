import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from 'redis';

import { createApp } from '../../../src/app.setup.js';
import { parseConfig } from '../../../src/config/parse-config.js';
import { newAccount } from '../../factories/account.js';
import { seedTenant, type Tenant } from '../../factories/tenant.js';
import { eventually } from '../../support/eventually.js';
import { request } from '../../support/test-app.js';
import { createTestStores, type TestStores } from '../../support/test-stores.js';
import { lastJson, runCli } from '../cli/run-cli.js';
import { schemaOf } from '../migrations/empty-database.js';
import {
  archiveFolder,
  backup,
  type Content,
  contentOf,
  destroy,
  expectAgreement,
  restore,
  withMongo,
  withSql,
} from './archive-fixture.js';

const NOWHERE = 'mongodb://127.0.0.1:9/unused?directConnection=true';
const DELIVERED_ACCOUNTS = 12;
const WAITING_ACCOUNTS = 7;

describe('db:backup, destroyed stores, db:restore', () => {
  let stores: TestStores;
  let archives: Awaited<ReturnType<typeof archiveFolder>>;
  let tenant: Tenant;
  let apiKey: string;
  let before: Content;
  let schema: string[];
  beforeAll(async () => {
    stores = await createTestStores();
    archives = await archiveFolder();
  });
  afterAll(async () => {
    await archives.drop();
    await stores.drop();
  });

  const withApp = async <T>(
    env: Record<string, string>,
    work: (app: Awaited<ReturnType<typeof createApp>>) => Promise<T>,
  ): Promise<T> => {
    const app = await createApp(parseConfig({ ...stores.env, ...env }));
    try {
      return await work(app);
    } finally {
      await app.close();
    }
  };
  const pending = () =>
    withSql(stores.config, async (sql) => {
      const rows = await sql<
        { id: string }[]
      >`select event_id as id from outbox_queue where not is_delivered`;
      return rows.map(({ id }) => id).sort();
    });
  const entryIds = () =>
    withMongo(stores.config, async (mongo) => {
      const entries = await mongo.collection('activity_logs').find({ source: 'outbox' }).toArray();
      return entries.map(({ _id }) => String(_id)).sort();
    });
  const eventIds = () =>
    withSql(stores.config, async (sql) =>
      (await sql<{ id: string }[]>`select id from outbox_events order by id`).map(({ id }) => id),
    );

  it('has work of the service to save: delivered, waiting, and leased by a process that is gone', async () => {
    await withApp({}, async (app) => {
      tenant = await seedTenant(app);
      const as = { token: tenant.token };
      const created: string[] = [];
      for (let n = 0; n < DELIVERED_ACCOUNTS; n += 1) {
        const answer = await request(app, 'POST', '/api/v1/users', { ...as, body: newAccount() });
        expect(answer.status).toBe(201);
        created.push((answer.body as { id: string }).id);
      }
      const [deleted] = created;
      expect((await request(app, 'DELETE', `/api/v1/users/${deleted}`, as)).status).toBe(204);
      const key = { name: 'ci', environment: 'test', scopes: ['*'] };
      const issued = await request(app, 'POST', '/api/v1/api-keys', { ...as, body: key });
      expect(issued.status).toBe(201);
      apiKey = (issued.body as { key: string }).key;
      const posted = {
        event_type: 'page_view',
        user_id: created[1],
        payload: { page: '/', deep: [{ a: null }] },
      };
      expect((await request(app, 'POST', '/api/v1/activity', { ...as, body: posted })).status).toBe(201);
      await eventually(pending, (ids) => ids.length === 0);
    });
    await withApp({ MONGODB_URI: NOWHERE }, async (app) => {
      for (let n = 0; n < WAITING_ACCOUNTS; n += 1) {
        const options = { token: tenant.token, body: newAccount() };
        expect((await request(app, 'POST', '/api/v1/users', options)).status).toBe(201);
      }
    });
    const leased = await withSql(
      stores.config,
      (sql) => sql`
        update outbox_queue set lease_owner = gen_random_uuid(), available_at = now() + interval '1 hour'
        where event_id in (select event_id from outbox_queue order by position limit 3) returning event_id`,
    );
    expect(leased).toHaveLength(3);
    expect(await pending()).toHaveLength(WAITING_ACCOUNTS);
  });

  it('gives back every record of both stores as it was', async () => {
    before = await contentOf(stores);
    schema = await withSql(stores.config, schemaOf);
    const written = await backup(stores, archives.file('a.tar'));
    await destroy(stores);
    const redis = createClient({ url: stores.config.redis.url ?? '' });
    await redis.connect();
    await redis.set(`${stores.config.redis.keyPrefix}:{x}:e:1`, 'an answer of another world');
    await redis.set(`${stores.config.redis.keyPrefix}x:1`, 'of somebody else');
    try {
      const restored = await restore(stores, archives.file('a.tar'));
      expect(restored).toMatchObject({
        ...{ sha256: written['sha256'], pending_migrations: [] },
        ...{ ended_tokens: 1, live_api_keys: 1, disabled_api_keys: 0 },
      });
      expect(await contentOf(stores)).toEqual(before);
      expect(await redis.exists(`${stores.config.redis.keyPrefix}:{x}:e:1`)).toBe(0);
      expect(await redis.exists(`${stores.config.redis.keyPrefix}x:1`)).toBe(1);
    } finally {
      await redis.del(`${stores.config.redis.keyPrefix}x:1`);
      await redis.quit();
    }
    const counts = Object.values(before.postgres).flat().length + Object.values(before.mongodb).flat().length;
    console.log(`round trip: ${counts} records equal, ${WAITING_ACCOUNTS} events waiting`);
    expect(before.postgres['outbox_queue']).toHaveLength(WAITING_ACCOUNTS);
    expect(before.mongodb['activity_logs']?.length).toBeGreaterThan(DELIVERED_ACCOUNTS);
  });

  it('has freed every lease', async () => {
    const held = await withSql(
      stores.config,
      (sql) =>
        sql`select 1 from outbox_queue where lease_owner is not null or available_at > clock_timestamp()`,
    );
    expect(held).toHaveLength(0);
  });

  it('goes on: each waiting event is delivered once, no session is one any more, new ids come after the old', async () => {
    const last = Math.max(...(before.postgres['outbox_queue'] ?? []).map((row) => JSON.parse(row).position));
    await withApp({}, async (app) => {
      await eventually(pending, (ids) => ids.length === 0, 10_000);
      expect(await entryIds()).toEqual(await eventIds());
      const me = (token: string) => request(app, 'GET', `/api/v1/users/${tenant.userId}`, { token });
      expect([(await me(tenant.token)).status, (await me(apiKey)).status]).toEqual([401, 200]);
    });
    await withApp({ MONGODB_URI: NOWHERE }, async (app) => {
      const options = { token: apiKey, body: newAccount() };
      expect((await request(app, 'POST', '/api/v1/users', options)).status).toBe(201);
    });
    const [row] = await withSql(
      stores.config,
      (sql) => sql<{ position: string }[]>`select position from outbox_queue`,
    );
    expect(Number(row?.position)).toBeGreaterThan(last);
  });

  it('leaves two stores that agree', async () => {
    await destroy(stores);
    const restored = await restore(stores, archives.file('a.tar'), '--disable-keys');
    expect(restored).toMatchObject({ live_api_keys: 0, disabled_api_keys: 1 });
    await withApp({}, async (app) => {
      const me = await request(app, 'GET', `/api/v1/users/${tenant.userId}`, { token: apiKey });
      expect(me.status).toBe(401);
      await eventually(pending, (ids) => ids.length === 0);
    });
    await expectAgreement(stores);
  });

  it('restores the constraints, triggers and indexes that the service relies on', async () => {
    await withSql(stores.config, async (sql) => {
      expect(await schemaOf(sql)).toEqual(schema);
      const disabled = await sql`
        select 1 from pg_trigger where tgenabled <> 'O' and tgrelid::regclass::text !~ '^pg_'`;
      expect(disabled).toHaveLength(0);
    });
    const init = await runCli('mongo-init', ['--json'], stores.env);
    const { collections } = lastJson(init) as { collections: { indexes: { status: string }[] }[] };
    const statuses = collections.flatMap(({ indexes }) => indexes.map(({ status }) => status));
    expect(new Set(statuses)).toEqual(new Set(['existing']));
  });
});
