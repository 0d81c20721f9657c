import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';

import { createApp } from '../../src/app.setup.js';
import { operationsOf } from '../../src/ops/openapi/openapi-types.js';
import { Postgres } from '../../src/stores/postgres/postgres.js';
import { newAccount } from '../factories/account.js';
import { seedTenant, type Tenant } from '../factories/tenant.js';
import { createTestApp, request, type TestApp } from '../support/test-app.js';
import type { AccessRow, AccessWorld } from './access/access-row.js';
import { loadRows } from './access/load-rows.js';

/** The contract leaves them out: nothing is made, or the answer is not to be had twice. */
const WITHOUT = [
  /^\/api\/v1\/auth\//,
  /\/(?:evaluate|render|preview|api-keys\/verify)$/,
  // Makes a token of 60 seconds, and stores nothing.
  /\/rooms\/events\/token$/,
];
const rows = await loadRows();
const posts = [...rows].filter(
  ([route, row]) =>
    route.startsWith('POST /api/v1/') &&
    row.role !== 'public' &&
    !row.isForKeysAlone &&
    (row.allowed ?? [200]).some((status) => status < 300) &&
    !WITHOUT.some((path) => path.test(route.replace(/^POST | #.*$/g, ''))),
);

describe('Idempotency-Key on every POST', () => {
  let t: TestApp;
  let other: NestFastifyApplication;
  let world: AccessWorld;
  let operator: Tenant;

  beforeAll(async () => {
    t = await createTestApp();
    other = await createApp(t.stores.config);
    operator = await seedTenant(t.app, { platformRole: 'admin' });
    const asOwner = (method: string, path: string, body?: unknown) => t.request(method, path, { body });
    world = {
      app: t.app,
      owner: t.tenant,
      request: asOwner,
      create: async (path, body) =>
        z.object({ id: z.coerce.string() }).parse((await asOwner('POST', path, body)).body).id,
    };
  });
  afterAll(async () => {
    await other.close();
    await t.close();
  });

  it('is documented wherever a POST has a principal, and nowhere else', async () => {
    const { body } = await t.request('GET', '/api/openapi.json', { token: null });
    const operations = operationsOf(body as OpenAPIObject).filter(
      ({ method, path, operation }) =>
        method === 'post' && path.startsWith('/api/v1/') && (operation.security ?? []).length > 0,
    );
    const takes = operations.map(({ path, operation: { parameters = [] } }) => ({
      path,
      isTaken: parameters.some(
        (parameter) => 'name' in parameter && parameter.name.toLowerCase() === 'idempotency-key',
      ),
    }));
    expect(takes.length).toBeGreaterThan(20);
    const wrong = takes.filter(
      ({ path, isTaken }) => isTaken === WITHOUT.some((without) => without.test(path)),
    );
    expect(wrong).toEqual([]);
  });

  async function once(row: AccessRow, route: string) {
    const asking = { ...(row.role === 'operator' ? operator : t.tenant), isForeign: row.role === 'operator' };
    const made = (await row.ids?.(world, asking)) ?? [];
    const ids = typeof made === 'string' ? [made] : [...made];
    const template = route.replace(/^POST | #.*$/g, '');
    const path = template.replaceAll(/\{\w+\}/g, () => encodeURIComponent(ids.shift() ?? ''));
    const body: unknown = await row.body?.(world, asking);
    const headers = { ...row.headers, 'idempotency-key': `once ${route}` };
    const options = { token: asking.token, headers, ...(body === undefined ? {} : { body }) };
    return (app: NestFastifyApplication) => request(app, 'POST', path + (row.query ?? ''), options);
  }

  it.each(posts)('%s', async (route, row) => {
    const ask = await once(row, route);
    const first = await ask(t.app);
    expect(first.status).toBeLessThan(300);
    const [second, third] = [await ask(other), await ask(t.app)];
    for (const again of [second, third]) {
      expect([again.status, again.headers['idempotency-replayed']]).toEqual([first.status, 'true']);
      expect(again.headers['location']).toBe(first.headers['location']);
    }
    expect(third.text).toBe(second.text);
  });

  it('makes nothing where the connection is killed between the effect and the record', async () => {
    const { sql } = t.app.get(Postgres);
    await sql`create function killed() returns trigger language plpgsql as
      $$ begin perform pg_terminate_backend(pg_backend_pid()); return new; end $$`;
    await sql`create trigger killed before insert on idempotency_keys
      for each row when (new.key = 'killed') execute function killed()`;
    const account = newAccount();
    const post = (app: NestFastifyApplication) =>
      request(app, 'POST', '/api/v1/users', {
        ...{ token: t.tenant.token, body: account, headers: { 'idempotency-key': 'killed' } },
      });
    expect((await post(t.app)).status).toBe(503);
    const path = `/api/v1/users?email=${encodeURIComponent(account.email)}`;
    expect((await t.request('GET', path)).body).toHaveProperty('data.length', 0);
    await sql`drop trigger killed on idempotency_keys`;
    expect((await post(other)).status).toBe(201);
    expect((await post(t.app)).headers['idempotency-replayed']).toBe('true');
    expect((await t.request('GET', path)).body).toHaveProperty('data.length', 1);
  });
});
