import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import type { CachedRoute } from '../../src/cache/cached.decorator.js';
import { CacheStats } from '../../src/cache/cache-stats.js';
import { CacheDeclarations } from '../../src/cache/http/cache-declarations.js';
import { Reconciliation } from '../../src/flows/reconciliation/reconciliation.js';
import { TaggedCache } from '../../src/cache/tagged-cache.js';
import { tags } from '../../src/cache/tags.js';
import { type Pair, startPair } from '../integration/cache/app-pair.js';
import { getRoutes, type GetRoute, isHit, lastingHeaders } from '../integration/cache/get-routes.js';
import { eventually } from '../support/eventually.js';
import type { Answer } from '../support/test-app.js';
import { loadRows } from './access/load-rows.js';

const VARY = 'Authorization, X-API-Key, X-Organization-Id';
/** RFC 9211, section 2: this cache, then hit or why not, then parameters. */
const CACHE_STATUS = /^triptych; (?:hit; ttl=\d+|fwd=(?:miss(?:; (?:stored|collapsed))?|stale|bypass))$/;

/** Figures of the moment, and answers that say whether they came from the cache: two are not the same bytes. */
const MOMENTARY = /^GET (?:\/api\/v1)?\/(?:analytics\/live|request-logs(?:\/summary)?|stats|read\/.*)$/;
const source = expect.stringMatching(/^(?:postgres|mongodb|redis|memory)$/) as unknown;

const namesOf = ({ headers }: Answer): string[] => Object.keys(headers).toSorted();

const rows = await loadRows();
const recordShape = z.object({ id: z.coerce.string() });

describe('every GET route', () => {
  let pair: Pair;
  let routes: GetRoute[];

  beforeAll(async () => {
    pair = await startPair({ isPatient: true });
    routes = (await getRoutes(pair.one.app)).filter(
      ({ template }) => !rows.get(`GET ${template}`)?.isForKeysAlone,
    );
  });
  afterAll(() => pair.close());

  const forget = () => pair.one.app.get(TaggedCache).invalidate([tags.organization(pair.tenant.orgId)]);
  /** A path that the owner can read, as the access matrix makes it. */
  async function pathOf(template: string): Promise<string> {
    const row = rows.get(`GET ${template}`);
    const ask = (method: string, path: string, body?: unknown) => pair.one.request(method, path, { body });
    const create = async (path: string, body?: unknown) =>
      recordShape.parse((await ask('POST', path, body)).body).id;
    const world = { app: pair.one.app, owner: pair.tenant, request: ask, create };
    const made = (await row?.ids?.(world, { ...pair.tenant, isForeign: false })) ?? [];
    const ids = typeof made === 'string' ? [made] : [...made];
    return template.replaceAll(/\{\w+\}/g, () => encodeURIComponent(ids.shift() ?? '')) + (row?.query ?? '');
  }
  const hitOn = (instance: Pair['one'], path: string): Promise<Answer> =>
    eventually(() => instance.request('GET', path), isHit);

  it('that is cached gives a hit, from memory and from Redis, byte for byte as its miss', async () => {
    let bytes = 0;
    const cached = routes.filter((route) => route.cached);
    for (const { label, template } of cached) {
      const path = await pathOf(template);
      await forget();
      const miss = await pair.one.request('GET', path);
      expect({ label, status: miss.status, hit: isHit(miss) }).toEqual({ label, status: 200, hit: false });
      const early = pair.one.app.get(CacheStats).snapshot().earlyHits;
      const hits = [await hitOn(pair.two, path), await hitOn(pair.one, path), await hitOn(pair.two, path)];
      // The miss went through Nest's pipeline, and the hit in memory did not.
      const grownBy = pair.one.app.get(CacheStats).snapshot().earlyHits - early;
      expect({ label, isEarly: grownBy > 0 }).toEqual({ label, isEarly: true });
      for (const hit of hits) {
        expect({ label, text: hit.text }).toEqual({ label, text: miss.text });
        expect({ label, headers: lastingHeaders(hit) }).toEqual({ label, headers: lastingHeaders(miss) });
        expect({ label, names: namesOf(hit) }).toEqual({
          label,
          names: namesOf(miss),
        });
        expect(['memory', 'redis']).toContain(hit.headers['x-data-source']);
        expect(Number(hit.headers['age'])).toBeGreaterThanOrEqual(0);
        bytes += hit.text.length;
      }
    }
    console.info(
      `${cached.length} cached GET routes, each one miss and 3 hits on two instances: ${bytes} bytes, 0 differ`,
    );
    expect(cached.length).toBeGreaterThan(0);
  });

  it('has validators, says for whom it is, answers If-None-Match with 304, and HEAD as GET without the bytes', async () => {
    const seen: Record<string, number> = {};
    for (const { label, template, saysSource } of routes) {
      const path = await pathOf(template);
      const got = await pair.one.request('GET', path);
      seen[got.status] = (seen[got.status] ?? 0) + 1;
      expect({ label, vary: got.headers['vary'] }).toEqual({ label, vary: VARY });
      expect({ label, control: got.headers['cache-control'] }).toEqual({
        label,
        control: expect.stringMatching(/private, no-cache|no-store/),
      });
      const head = await pair.one.request('HEAD', path);
      expect({ label, status: head.status, text: head.text }).toEqual({
        label,
        status: got.status,
        text: '',
      });
      if (got.status !== 200 || MOMENTARY.test(label)) continue;
      expect(got.headers['cache-status']).toMatch(CACHE_STATUS);
      if (saysSource) expect({ label, source: got.headers['x-data-source'] }).toEqual({ label, source });
      expect(got.headers['etag']).toMatch(/^"[\w-]{22}"$/);
      expect({ label, headers: lastingHeaders(head) }).toEqual({ label, headers: lastingHeaders(got) });
      const etag = String(got.headers['etag']);
      for (const condition of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
        const same = await pair.one.request('GET', path, { headers: { 'if-none-match': condition } });
        expect({ label, condition, status: same.status, text: same.text }).toEqual({
          label,
          condition,
          status: 304,
          text: '',
        });
        expect([same.headers['etag'], same.headers['vary']]).toEqual([etag, VARY]);
        expect(same.headers['cache-status']).toMatch(CACHE_STATUS);
      }
      const other = await pair.one.request('GET', path, { headers: { 'if-none-match': '"other"' } });
      expect({ label, status: other.status }).toEqual({ label, status: 200 });
    }
    console.info(`${routes.length} GET routes, by status: ${JSON.stringify(seen)}`);
  });

  it('can be asked again with the query that its cache key holds', async () => {
    const queries = [
      '/features?archived=false&stale=true',
      '/plans?active=true&limit=7',
      '/analytics/funnel?steps=opened,bought&window=2h&from=2026-11-01T00:00:00Z&to=2026-11-02T00:00:00Z',
      '/analytics/series?event_name=opened&interval=day&from=2026-11-01T00:00:00Z&to=2026-11-02T00:00:00Z',
      '/analytics/top?limit=3&from=2026-11-01T00:00:00Z&to=2026-11-02T00:00:00Z',
      '/transactions/summary?group_by=month',
      '/transactions?from=2026-11-01T00:00:00Z',
      '/activity?from=2026-11-01T00:00:00Z&limit=2',
      '/deployments?environment=production&limit=2',
      '/subscriptions?status=active',
      '/users?role=user',
    ];
    for (const query of queries)
      expect({ query, status: (await pair.one.request('GET', `/api/v1${query}`)).status }).toEqual({
        query,
        status: 200,
      });
    const verify = pair.one.app.get(Reconciliation, { strict: false });
    // It would end with an error. What it finds does not count: rows of other tests were written past the cache.
    const { checks } = await verify.verify({ only: ['cache'] });
    expect(checks[0]?.compared).toBeGreaterThanOrEqual(queries.length);
  });

  it('is cached, with its scope, tags and time, or says why not', () => {
    const plans = pair.one.app.get(CacheDeclarations).routes();
    expect(plans.length).toBeGreaterThan(routes.length);
    const lines = plans.map((plan) => {
      const { label, cached, noCache, isPublic } = plan;
      expect({ label, isSaid: (cached === null) !== (noCache === null) }).toEqual({ label, isSaid: true });
      if (!cached) {
        expect(noCache?.length).toBeGreaterThan(10);
        return `${label}: not cached, ${noCache}`;
      }
      const shown = tagsOf(label, cached);
      expect({ label, own: shown[0] }).toEqual({
        label,
        own: expect.stringMatching(/^[a-z-]+(?::\{\w+\})?$/),
      });
      const scope = isPublic ? 'everybody' : 'organisation and principal';
      return `${label}: ${scope}; ${shown.join(', ')}; ${cached.ttlMs ?? 'CACHE_TTL'}`;
    });
    console.info(lines.join('\n'));
  });
});

/** As the interceptor makes them, without the organisation: the record's or the list's, then the further ones. */
function tagsOf(label: string, { resource, idParam = 'id', tags: further }: CachedRoute): string[] {
  const names = [...label.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '');
  const params = Object.fromEntries(names.map((name) => [name, `{${name}}`]));
  const own = names.includes(idParam) ? `${resource}:{${idParam}}` : resource;
  return [own, ...(further?.({ params, userId: '{userId}' }) ?? [])];
}
