import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CACHE_MANAGER, type Cache } from '@nestjs/cache-manager';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { LightMyRequestResponse } from 'fastify';

import { CacheStats } from '../../../src/cache/cache-stats.js';
import { CacheDeclarations, CacheUndeclared } from '../../../src/cache/http/cache-declarations.js';
import { TaggedCache } from '../../../src/cache/tagged-cache.js';
import { StoreUnavailable } from '../../../src/stores/store-unavailable.js';
import { freshPrefix, SetClock, sharedRedisUrl } from './cache-instance.js';
import { ForgottenController, startHttpApp, type Things } from './http-app.js';

describe.each(['redis', 'process'])('cached reads with generations in the %s', (kind) => {
  const clock = new SetClock();
  let app: NestFastifyApplication;
  let things: Things;
  let id = 0;

  beforeAll(async () => {
    ({ app, things } = await startHttpApp(kind === 'redis' ? sharedRedisUrl() : null, freshPrefix(), clock));
  });

  afterAll(() => app.close());

  beforeEach(() => {
    id += 1;
    things.fault = null;
  });

  const get = (url: string, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> =>
    app.inject({ method: 'GET', url, headers });
  const head = (url: string, headers: Record<string, string> = {}) =>
    app.inject({ method: 'HEAD', url, headers });
  const post = (url: string) => app.inject({ method: 'POST', url });
  const problemOf = (response: LightMyRequestResponse) =>
    response.json<{ code: string; errors: { path: string }[] }>();

  it('answers a hit with the bytes and the validators of the miss', async () => {
    await post(`/things/${id}/first`);
    const miss = await get(`/things/${id}`);
    const hit = await get(`/things/${id}`);
    expect(miss.statusCode).toBe(200);
    expect(miss.headers['cache-status']).toBe('triptych; fwd=miss; stored');
    expect(miss.headers['x-data-source']).toBe('postgres');
    expect(hit.headers['cache-status']).toMatch(/^triptych; hit; ttl=(2[789]\d|300)$/);
    expect(hit.headers['x-data-source']).toBe('memory');
    expect(hit.rawPayload.equals(miss.rawPayload)).toBe(true);
    for (const name of ['etag', 'content-type', 'content-length', 'cache-control', 'vary']) {
      expect(hit.headers[name]).toBe(miss.headers[name]);
    }
    expect(miss.headers['etag']).toMatch(/^"[\w-]{22}"$/);
    expect(miss.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(miss.headers['cache-control']).toBe('private, no-cache');
    expect(miss.headers['vary']).toBe('Authorization, X-API-Key, X-Organization-Id');
    clock.advance(7_000);
    expect((await get(`/things/${id}`)).headers['age']).toBe('7');
  });

  it('is never stale after a write: detail and list', async () => {
    await post(`/things/${id}/first`);
    await Promise.all([get(`/things/${id}`), get('/things')]);
    await post(`/things/${id}/second`);
    expect((await get(`/things/${id}`)).json()).toEqual({ id: String(id), name: 'second' });
    const list = (await get('/things')).json<{ data: unknown[] }>();
    expect(list.data).toContainEqual({ id: String(id), name: 'second' });
  });

  it('keeps what the handler sets beside the body, and its own word on the source', async () => {
    const user = { 'x-user': `u${id}` };
    const [miss, hit] = [await get('/things/mine', user), await get('/things/mine', user)];
    expect(miss.headers['x-data-source']).toBe('postgres-fallback');
    expect(hit.headers['cache-status']).toContain('hit');
    expect(hit.headers['link']).toBe('</things>; rel="up"');
    expect(hit.headers['x-fixed']).toBe('yes');
  });

  it('shares nothing between users, roles, organisations, API keys and their scopes', async () => {
    const principals = [
      { 'x-user': 'alice' },
      { 'x-user': 'bob' },
      { 'x-user': 'alice', 'x-role': 'viewer' },
      { 'x-user': 'alice', 'x-org': 'other' },
      { 'x-user': 'alice', 'x-key': 'k1', 'x-scopes': 'things:read' },
      { 'x-user': 'alice', 'x-key': 'k1', 'x-scopes': '*' },
      { 'x-user': 'alice', 'x-key': 'k2', 'x-scopes': '*' },
    ];
    const first = await Promise.all(principals.map((headers) => get('/things/mine', headers)));
    const second = await Promise.all(principals.map((headers) => get('/things/mine', headers)));
    expect(second.map(({ body }) => body)).toEqual(first.map(({ body }) => body));
    expect(second.every(({ headers }) => String(headers['cache-status']).includes('hit'))).toBe(true);
    const seen = first.map((response) => response.json<Record<string, unknown>>());
    principals.forEach((headers, index) => {
      expect(seen[index]).toMatchObject({ you: headers['x-user'], org: headers['x-org'] ?? 'acme' });
      expect(seen[index]).toMatchObject({ scopes: headers['x-scopes']?.split(',') ?? null });
    });
    expect(seen[2]).toMatchObject({ role: 'viewer' });
  });

  it('answers 304 to a validator that still holds, from a hit and from a miss, and counts it', async () => {
    await post(`/things/${id}/first`);
    const { headers } = await get(`/things/${id}`);
    const etag = String(headers['etag']);
    for (const condition of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const answer = await get(`/things/${id}`, { 'if-none-match': condition });
      expect([answer.statusCode, answer.body]).toEqual([304, '']);
      expect(answer.headers['etag']).toBe(etag);
      expect(answer.headers['cache-control']).toBe('private, no-cache');
      expect(answer.headers['vary']).toBeDefined();
      expect(answer.headers['content-type']).toBeUndefined();
    }
    await post(`/things/${id}/first`);
    const unchanged = await get(`/things/${id}`, { 'if-none-match': etag });
    expect([unchanged.statusCode, unchanged.headers['cache-status']]).toEqual([
      304,
      'triptych; fwd=miss; stored',
    ]);
    await post(`/things/${id}/second`);
    expect((await get(`/things/${id}`, { 'if-none-match': etag })).statusCode).toBe(200);
    expect(app.get(CacheStats).snapshot().notModified).toBeGreaterThanOrEqual(5);
  });

  it('answers HEAD as GET without the body', async () => {
    await post(`/things/${id}/first`);
    const full = await get(`/things/${id}`);
    const bare = await head(`/things/${id}`);
    expect([bare.statusCode, bare.body]).toEqual([200, '']);
    for (const name of ['etag', 'content-type', 'content-length', 'cache-control', 'vary']) {
      expect(bare.headers[name]).toBe(full.headers[name]);
    }
    expect(bare.headers['cache-status']).toContain('hit');
    const unchanged = await head(`/things/${id}`, { 'if-none-match': String(full.headers['etag']) });
    expect([unchanged.statusCode, unchanged.body]).toEqual([304, '']);
    expect(unchanged.headers['content-length']).toBe(full.headers['content-length']);
  });

  it('keeps a 404 for five seconds, each with its own request, and drops it with the creation', async () => {
    const before = things.loads;
    const [miss, hit] = [await get(`/things/${id}`), await get(`/things/${id}`)];
    expect(things.loads).toBe(before + 1);
    expect([miss.statusCode, hit.statusCode]).toEqual([404, 404]);
    expect(hit.headers['cache-status']).toMatch(/^triptych; hit; ttl=[45]$/);
    expect(hit.headers['content-type']).toContain('application/problem+json');
    expect(problemOf(hit)).toMatchObject({ code: 'things.not_found', detail: 'There is no such thing.' });
    expect(hit.json<{ request_id: string }>().request_id).not.toBe(
      miss.json<{ request_id: string }>().request_id,
    );
    await post(`/things/${id}/created`);
    expect((await get(`/things/${id}`)).statusCode).toBe(200);
    await get(`/things/${id}404`);
    clock.advance(5_001);
    await get(`/things/${id}404`);
    expect(things.loads).toBe(before + 4);
    // A creation need not know under which id it was missed.
    await app.get(TaggedCache).invalidate(['o:acme:things']);
    await get(`/things/${id}404`);
    expect(things.loads).toBe(before + 5);
  });

  it('keeps no other error', async () => {
    const before = things.loads;
    expect((await get('/things/taken')).statusCode).toBe(409);
    expect((await get('/things/taken')).statusCode).toBe(409);
    expect((await get('/things/broken')).statusCode).toBe(500);
    expect((await get('/things/broken')).statusCode).toBe(500);
    expect(things.loads).toBe(before + 4);
  });

  it('gives what was kept while the store is away, and says so', async () => {
    await post(`/things/${id}/first`);
    const { body } = await get(`/things/${id}`);
    clock.advance(301_000);
    things.fault = new StoreUnavailable('postgres');
    const stale = await get(`/things/${id}`);
    expect([stale.statusCode, stale.body]).toEqual([200, body]);
    expect(stale.headers['cache-status']).toBe('triptych; fwd=stale');
    expect(stale.headers['x-data-source']).toBe('cache-stale');
    expect((await get(`/things/${id}503`)).statusCode).toBe(503);
  });

  it('makes one key of what means the same, and refuses what it does not know before there is a key', async () => {
    const user = { 'x-user': `u${id}` };
    const before = things.loads;
    await get('/things?limit=50&color=red', user);
    await get('/things?color=red', user);
    await get('/things?color=red&limit=050', user);
    expect(things.loads).toBe(before + 1);
    const unknown = await get('/things?color=red&colour=red', user);
    expect(unknown.statusCode).toBe(400);
    expect(problemOf(unknown)).toMatchObject({
      code: 'request.malformed',
      errors: [{ path: 'colour', code: 'unknown' }],
    });
    expect((await get('/things?limit=0', user)).statusCode).toBe(400);
    expect(things.loads).toBe(before + 1);
  });

  it('refuses any parameter where a route declares none, whatever its method', async () => {
    await post(`/things/${id}/first`);
    const answers = await Promise.all([
      get(`/things/${id}?x=1`),
      get('/things/live?x=1'),
      get('/things/health?x=1'),
      get('/things/named?color=red&x=1'),
      post(`/things/${id}/first?x=1`),
    ]);
    for (const answer of answers) {
      expect(answer.statusCode).toBe(400);
      expect(problemOf(answer).errors).toMatchObject([{ path: 'x', code: 'unknown' }]);
    }
    expect((await get('/things/named?color=red')).json()).toEqual({ color: 'red' });
    expect((await get('/things/named?color=blue')).json()).toEqual({ color: 'blue' });
  });

  it('keeps nothing of a @NoCache() route, yet validates it; health and streams are left alone', async () => {
    const live = await get('/things/live');
    expect(live.headers['cache-status']).toBe('triptych; fwd=bypass');
    const same = await get('/things/live', { 'if-none-match': String(live.headers['etag']) });
    expect([same.statusCode, same.body]).toEqual([304, '']);
    const health = await get('/things/health');
    expect([health.json(), health.headers['etag'], health.headers['cache-status']]).toEqual([
      { status: 'ok' },
      undefined,
      undefined,
    ]);
    const stream = await get('/things/export');
    expect([stream.body, stream.headers['content-type'], stream.headers['etag']]).toEqual([
      'a,b\n',
      'text/csv',
      undefined,
    ]);
  });

  it('shares a public route between everybody', async () => {
    const before = things.loads;
    await get('/things/plans', { 'x-user': 'alice' });
    await get('/things/plans', { 'x-user': 'bob' });
    expect(things.loads - before).toBe(1);
  });

  it('counts by route', async () => {
    await post(`/things/${id}/first`);
    const before = app.get(CacheStats).snapshot().routes['GET /things/:id'];
    await get(`/things/${id}`);
    await get(`/things/${id}`);
    const after = app.get(CacheStats).snapshot().routes['GET /things/:id'];
    expect(after?.misses).toBe((before?.misses ?? 0) + 1);
    expect(after?.memoryHits).toBe((before?.memoryHits ?? 0) + 1);
  });

  it('lists every read route with how it is cached', () => {
    const routes = app.get(CacheDeclarations).routes();
    expect(routes).toHaveLength(10);
    expect(routes.every(({ cached, noCache }) => cached !== null || noCache !== null)).toBe(true);
  });

  it('gives CACHE_MANAGER explicit keys that end by their time', async () => {
    const manager = app.get<Cache>(CACHE_MANAGER);
    await manager.set('acme:transactions:7', [{ id: 1 }], 60_000);
    expect(await manager.get('acme:transactions:7')).toEqual([{ id: 1 }]);
    await manager.del('acme:transactions:7');
    expect(await manager.get('acme:transactions:7')).toBeUndefined();
  });
});

describe('a route that does not say how it is cached', () => {
  it('keeps the application from starting, and is named', async () => {
    const start = startHttpApp(null, freshPrefix(), new SetClock(), [ForgottenController]);
    await expect(start).rejects.toThrow(CacheUndeclared);
    await expect(start).rejects.toMatchObject({
      faults: [
        'GET /forgotten/:id/parts (ForgottenController.parts) has neither',
        'GET /forgotten/unbounded (ForgottenController.unbounded) takes any query: give @Query() a Zod DTO',
        'GET /forgotten/both (ForgottenController.both) has both',
      ],
    });
  });
});
