import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { quantileSeconds } from '../../../src/ops/overview/latency-buckets.js';
import { TrafficHistory } from '../../../src/ops/overview/traffic-history.js';
import { seedTenant } from '../../factories/tenant.js';
import { createTestApp, type TestApp } from '../../support/test-app.js';

const FOLDER = 'dist/dashboard/assets';
const MAX_BYTES = 250_000;

describe('what serves the dashboard', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp();
  });
  afterAll(() => t.close());

  const get = (path: string, headers: Record<string, string> = {}) =>
    t.app.inject({ method: 'GET', url: path, headers });
  const named = async (kind: string): Promise<string> =>
    new RegExp(`admin/assets/[\\w-]+\\.${kind}`).exec((await get('/admin')).body)?.[0] ?? '';

  it('is less than 250 kB to load, compressed', () => {
    const bytes = readdirSync(FOLDER).map((name) => gzipSync(readFileSync(`${FOLDER}/${name}`)).length);
    const total = bytes.reduce((sum, size) => sum + size, 0);
    console.log(`the dashboard: ${(total / 1_000).toFixed(1)} kB compressed`);
    expect(total).toBeGreaterThan(1_000);
    expect(total).toBeLessThan(MAX_BYTES);
  });

  it('lets the page run its own scripts alone', async () => {
    const page = await get('/admin');
    expect(page).toMatchObject({ statusCode: 200, headers: { 'content-type': 'text/html; charset=utf-8' } });
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'; /);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(page.body).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=/);
    expect(page.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-cache' });
    const again = await get('/admin', { 'if-none-match': String(page.headers['etag']) });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  });

  it.each(['js', 'css', 'svg'])('gives out %s that never has to be asked for again', async (kind) => {
    const path = `/${await named(kind)}`;
    const plain = await get(path);
    expect(plain).toMatchObject({
      statusCode: 200,
      headers: { 'cache-control': 'public, max-age=31536000, immutable', vary: 'accept-encoding' },
    });
    const packed = await get(path, { 'accept-encoding': 'gzip, br' });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(packed.rawPayload.length).toBeLessThan(plain.rawPayload.length + 100);
    expect((await get(path, { 'if-none-match': String(plain.headers['etag']) })).statusCode).toBe(304);
  });

  it('has nothing beside its files, and reads them alone', async () => {
    for (const name of ['unknown.js', '..%2Findex.html', '..%2f..%2fmain.js', '%00'])
      expect([400, 404]).toContain((await get(`/admin/assets/${name}`)).statusCode);
    const posted = await t.app.inject({ method: 'POST', url: '/admin' });
    expect([posted.statusCode, posted.headers['allow']]).toEqual([405, 'GET, HEAD']);
  });

  it('is told by the overview what the metrics say', async () => {
    const { token } = await seedTenant(t.app, { platformRole: 'admin', orgId: t.tenant.orgId });
    const traffic = t.app.get(TrafficHistory, { strict: false });
    await traffic.sample();
    for (let n = 0; n < 20; n += 1) await t.request('GET', '/api/v1/users');
    await traffic.sample();
    const answer = await t.request('GET', '/api/v1/admin/overview', { token });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        stores: { postgres: { status: 'up' }, mongodb: { status: 'up' }, redis: { status: 'up' } },
        ...{ outbox: { pending: 0, dead_letters: 0 }, spool: { pending: 0, dead_letters: 0 } },
        ...{ jobs: { dead_letters: 0 }, unreconciled: 0, http: { errors: 0 }, cache: { is_trusted: true } },
      },
    });
    const {
      http,
      cache,
      traffic: samples,
    } = answer.body as {
      http: { requests: number; p50_ms: number };
      cache: { reads: number; hits: number };
      traffic: { requests_per_second: number; hit_ratio: number }[];
    };
    expect(http.requests).toBeGreaterThanOrEqual(20);
    expect(http.p50_ms).toBeGreaterThan(0);
    expect(cache.hits).toBeLessThan(cache.reads);
    expect(samples.at(-1)?.requests_per_second).toBeGreaterThan(0);
    expect(samples.at(-1)?.hit_ratio).toBeGreaterThanOrEqual(0.5);
    const { text } = await t.request('GET', '/metrics', { token: null });
    const counted = [...text.matchAll(/^triptych_http_request_duration_seconds_count\{.*\} (\d+)$/gm)];
    const sum = counted.reduce((all, [, count]) => all + Number(count), 0);
    // The overview's own request ended after it had counted.
    expect(sum).toBe(http.requests + 1);
  });

  it.each([
    [0.5, 0.15],
    [0.75, 0.175],
    [1, 0.2],
  ])('interpolates the quantile %f within its bucket: %f', (share, expected) => {
    const buckets = new Map([
      [0.1, 0],
      [0.2, 10],
      [Number.POSITIVE_INFINITY, 10],
    ]);
    expect(quantileSeconds(buckets, share)).toBeCloseTo(expected, 5);
    expect(quantileSeconds(new Map([[Number.POSITIVE_INFINITY, 0]]), share)).toBeNull();
  });
});
