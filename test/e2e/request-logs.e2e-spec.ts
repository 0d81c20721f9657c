import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { newId } from '../../src/common/ids/ids.js';
import { EndpointSummaries } from '../../src/modules/request-logs/endpoint-summary.js';
import { REQUEST_LOGS_COLLECTION, type RequestLog } from '../../src/modules/request-logs/request-log.js';
import { RequestLogBuffer } from '../../src/modules/request-logs/request-log-buffer.js';
import { RequestLogsRepository } from '../../src/modules/request-logs/request-logs.mongo.repository.js';
import { Mongo } from '../../src/stores/mongo/mongo.js';
import { seedKey } from '../factories/api-key.js';
import { seedTenant } from '../factories/tenant.js';
import { pageShape } from '../support/shapes.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const PATH = '/api/v1/request-logs';
const logShape = z.strictObject({
  id: z.uuid(),
  timestamp: z.string(),
  level: z.string(),
  user_id: z.string().nullable(),
  api_key_id: z.string().nullable(),
  endpoint: z.string(),
  method: z.string(),
  status: z.number(),
  duration_ms: z.number(),
  request_id: z.string(),
});

describe('request logs', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp();
  });
  afterAll(() => t.close());

  const flush = () => t.app.get(RequestLogBuffer, { strict: false }).flush();
  const list = async (query = '') => {
    await flush();
    await flush();
    const answer = await t.request('GET', `${PATH}?limit=200${query}`);
    return pageShape(logShape).parse(answer.body).data;
  };

  it('have one entry for each request, by the pattern of its route, and nothing that was sent', async () => {
    const key = await seedKey(t.app, t.tenant, ['*']);
    await t.request('GET', `/api/v1/users/${t.tenant.userId}?`, { token: key });
    await t.request('GET', '/api/v1/users/secret-id');
    await t.request('POST', '/api/v1/activity', { body: { event_type: 'secret-body', nonsense: 1 } });
    await t.request('GET', '/api/v1/users?secret-query=1');
    const logs = await list();
    expect(logs.map(({ method, endpoint, status, level }) => [method, endpoint, status, level])).toEqual([
      ['GET', '/api/v1/users', 400, 'warn'],
      ['POST', '/api/v1/activity', 422, 'warn'],
      ['GET', '/api/v1/users/{id}', 404, 'warn'],
      ['GET', '/api/v1/users/{id}', 200, 'info'],
    ]);
    expect(logs.every(({ user_id }) => user_id === t.tenant.userId)).toBe(true);
    expect(logs.map(({ api_key_id }) => api_key_id !== null)).toEqual([false, false, false, true]);
    const stored = await t.app.get(Mongo).collection<RequestLog>(REQUEST_LOGS_COLLECTION).find().toArray();
    expect(JSON.stringify(stored)).not.toContain('secret');
  });

  it('are found by level, endpoint, method, status, person and moment', async () => {
    const counts = async (query: string) => (await list(query)).length;
    expect(await counts('&level=warn&endpoint=/api/v1/users/{id}')).toBe(1);
    expect(await counts('&status=422')).toBe(1);
    expect(await counts('&method=post')).toBe(1);
    expect(await counts(`&user_id=${t.tenant.userId}&endpoint=/api/v1/users/{id}`)).toBe(2);
    expect(await counts('&user_id=nobody')).toBe(0);
    expect(await counts('&to=2020-01-01T00:00:00Z')).toBe(0);
    expect((await t.request('GET', `${PATH}?level=loud`)).status).toBe(400);
  });

  it('are put together by endpoint', async () => {
    await list();
    const answer = await t.request('GET', `${PATH}/summary`);
    const summary = z
      .object({ data: z.array(z.looseObject({ endpoint: z.string(), method: z.string() })) })
      .parse(answer.body);
    const ofUser = summary.data.find(({ endpoint }) => endpoint === '/api/v1/users/{id}');
    expect(ofUser).toMatchObject({ method: 'GET', count: 2, warnings: 1, errors: 0 });
    const wide = await t.request('GET', `${PATH}/summary?from=2020-01-01T00:00:00Z`);
    expect(wide.status).toBe(400);
  });

  it('are put together in batches, each of them once', async () => {
    const { orgId } = await seedTenant(t.app);
    const hour = Date.parse('2026-01-01T10:00:00Z');
    const logs = Array.from({ length: 5_000 }, (_, n): RequestLog => ({
      ...{ _id: newId(), organization_id: orgId, user_id: null, api_key_id: null, request_id: 'r' },
      ...{ timestamp: new Date(hour + n), level: 'info', status: 200, duration_ms: n + 1 },
      ...{ endpoint: '/api/v1/users', method: 'GET' },
    }));
    const repository = t.app.get(RequestLogsRepository, { strict: false });
    await repository.insert(logs);
    const summaries = new EndpointSummaries();
    const sizes: number[] = [];
    const day = [new Date(hour - 3_600_000), new Date(hour + 3_600_000)] as const;
    for await (const batch of repository.measured(orgId, ...day)) {
      sizes.push(batch.length);
      for (const log of batch) summaries.add(log);
    }
    expect(Math.max(...sizes)).toBeLessThanOrEqual(2_000);
    expect(summaries.all()).toMatchObject([{ count: 5_000, p50Ms: 2_500, p95Ms: 4_750, p99Ms: 4_950 }]);
  });

  it('show an organisation its own alone, and those without one to none', async () => {
    const other = await seedTenant(t.app);
    await t.request('GET', '/api/v1/users', { token: other.token });
    await t.request('GET', '/api/v1/users', { token: null });
    expect((await list()).every(({ user_id }) => user_id === t.tenant.userId)).toBe(true);
    await flush();
    const stored = t.app.get(Mongo).collection<RequestLog>(REQUEST_LOGS_COLLECTION);
    expect(await stored.countDocuments({ organization_id: other.orgId })).toBe(1);
    expect(await stored.countDocuments({ organization_id: null, status: 401 })).toBe(1);
    const viewer = await seedTenant(t.app, { orgId: t.tenant.orgId, role: 'member' });
    expect((await t.request('GET', PATH, { token: viewer.token })).status).toBe(403);
  });
});
