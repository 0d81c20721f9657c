import { randomBytes } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import postgres from 'postgres';

import { createApp } from '../../../src/app.setup.js';
import { migrateUp } from '../../../src/stores/postgres/migrations/migrator.js';
import { newAccount } from '../../factories/account.js';
import { seedTenant, type Tenant } from '../../factories/tenant.js';
import { request } from '../../support/test-app.js';
import { createTestStores, type TestStores } from '../../support/test-stores.js';

const PASSWORD = 'correct horse battery staple';

describe('a database in Turkish, in which the small I has no dot', () => {
  const name = `triptych_test_${randomBytes(6).toString('hex')}`;
  let admin: postgres.Sql;
  let stores: TestStores;
  let app: NestFastifyApplication;
  let tenant: Tenant;
  beforeAll(async () => {
    const own = await createTestStores();
    const url = new URL(own.config.postgres.url);
    await own.drop();
    url.pathname = '/postgres';
    admin = postgres(url.href, { max: 1, onnotice: () => undefined });
    await admin.unsafe(
      `create database ${name} template template0 encoding 'UTF8' locale_provider icu icu_locale 'tr' locale 'C'`,
    );
    url.pathname = `/${name}`;
    await migrateUp(url.href);
    stores = await createTestStores({ DATABASE_URL: url.href });
    app = await createApp(stores.config);
    tenant = await seedTenant(app);
  });
  afterAll(async () => {
    await app.close();
    await stores.drop();
    await admin.unsafe(`drop database ${name} with (force)`);
    await admin.end();
  });

  const ask = (method: string, path: string, body?: object) =>
    request(app, method, `/api/v1/${path}`, { token: tenant.token, ...(body && { body }) });

  it('has one account for one address, however it is spelt', async () => {
    const [folded] = await admin`select lower('I' collate "tr-x-icu") as text`;
    expect(folded?.['text']).toBe('ı');
    const account = { ...newAccount(), email: 'INFO@EXAMPLE.COM', username: 'INFO', password: PASSWORD };
    expect((await ask('POST', 'users', account)).status).toBe(201);
    const again = (fields: object) => ask('POST', 'users', { ...newAccount(), ...fields });
    expect(await again({ email: 'info@example.com' })).toMatchObject({
      status: 409,
      body: { code: 'users.email_taken' },
    });
    expect(await again({ username: 'info' })).toMatchObject({
      status: 409,
      body: { code: 'users.username_taken' },
    });
    const login = { email: 'info@example.com', password: PASSWORD };
    expect((await request(app, 'POST', '/api/v1/auth/login', { body: login })).status).toBe(200);
  });

  it('finds it by the other spelling', async () => {
    for (const query of ['email=info%40example.com', 'username=info', 'q=info']) {
      const { body } = await ask('GET', `users?${query}`);
      expect((body as { data: { email: string }[] }).data.map(({ email }) => email)).toEqual([
        'INFO@EXAMPLE.COM',
      ]);
    }
  });
});
