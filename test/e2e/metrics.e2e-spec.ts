import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { newAccount } from '../factories/account.js';
import { eventually } from '../support/eventually.js';
import { parsePrometheus, type Sample, valueOf } from '../support/prometheus.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const NO_MONGODB = 'mongodb://127.0.0.1:1/triptych?directConnection=true';

const scrape = async (t: TestApp): Promise<Sample[]> => {
  const answer = await t.request('GET', '/metrics', { token: null });
  expect(answer.status).toBe(200);
  return parsePrometheus(answer.text);
};

describe('metrics', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp();
  });
  afterAll(() => t.close());

  it('are text that Prometheus reads, and named as it has it', async () => {
    const answer = await t.request('GET', '/metrics', { token: null });
    expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(answer.headers['cache-control']).toBe('no-store');
    const names = new Set(parsePrometheus(answer.text).map(({ name }) => name));
    for (const name of ['process_cpu_seconds_total', 'nodejs_eventloop_lag_seconds', 'triptych_store_up']) {
      expect(names).toContain(name);
    }
    for (const name of names) expect(name).toMatch(/^(?:triptych|process|nodejs)_[a-z0-9_]+$/);
  });

  it('measure requests by the pattern of their route, never by what a client wrote', async () => {
    const id = t.tenant.userId;
    await t.request('GET', `/api/v1/users/${id}`);
    await t.request('GET', `/api/v1/users/${id}`);
    await t.request('GET', '/api/v1/no-such-route/marmalade');
    const answer = await t.request('GET', '/metrics', { token: null });
    const samples = parsePrometheus(answer.text);
    const count = 'triptych_http_request_duration_seconds_count';
    expect(valueOf(samples, count, { method: 'GET', route: '/api/v1/users/:id', status: '200' })).toBe(2);
    expect(answer.text).not.toContain(id);
    expect(answer.text).not.toContain('marmalade');
    expect(valueOf(samples, count, { route: 'unmatched', status: '404' })).toBeGreaterThanOrEqual(1);
    expect(valueOf(samples, 'triptych_http_requests_in_flight')).toBe(1);
  });

  it('say how the stores answer and how full the pool is', async () => {
    const samples = await scrape(t);
    for (const store of ['postgres', 'mongodb', 'redis']) {
      expect(valueOf(samples, 'triptych_store_up', { store })).toBe(1);
      expect(valueOf(samples, 'triptych_store_breaker_open', { store })).toBe(0);
      const operations = { store, answered: 'true' };
      expect(valueOf(samples, 'triptych_store_operation_duration_seconds_count', operations)).toBeGreaterThan(
        0,
      );
    }
    expect(valueOf(samples, 'triptych_postgres_pool_connections_max')).toBe(10);
    expect(valueOf(samples, 'triptych_postgres_pool_waiting')).toBe(0);
  });

  it('say how large the database is and which indexes are used', async () => {
    const samples = await scrape(t);
    expect(valueOf(samples, 'triptych_postgres_database_size_bytes')).toBeGreaterThan(1_000_000);
    expect(valueOf(samples, 'triptych_postgres_index_scans', { index: 'users_pkey' })).toBeGreaterThanOrEqual(
      0,
    );
    expect(valueOf(samples, 'triptych_postgres_table_size_bytes', { table: 'users' })).toBeGreaterThan(0);
  });

  it('count what the cache answered', async () => {
    const before = await scrape(t);
    const path = `/api/v1/users/${t.tenant.userId}`;
    const { headers } = await t.request('GET', path);
    const condition = { 'if-none-match': String(headers['etag']) };
    expect((await t.request('GET', path, { headers: condition })).status).toBe(304);
    const after = await scrape(t);
    const grownBy = (name: string, labels: Record<string, string>): number =>
      (valueOf(after, name, labels) ?? 0) - (valueOf(before, name, labels) ?? 0);
    const route = { route: 'GET /users/:id' };
    expect(grownBy('triptych_cache_not_modified_total', route)).toBe(1);
    expect(grownBy('triptych_cache_loads_saved_total', route)).toBeGreaterThanOrEqual(1);
    const ratio = valueOf(after, 'triptych_cache_hit_ratio', route);
    expect(ratio).toBeGreaterThan(0);
    expect(ratio).toBeLessThan(1);
    expect(valueOf(after, 'triptych_cache_breaker_open')).toBe(0);
    for (const what of ['tags', 'organizations', 'everything'])
      expect({ what, is: valueOf(after, 'triptych_cache_pending_invalidations', { what }) }).toEqual({
        what,
        is: 0,
      });
    const hits = (samples: Sample[]) =>
      samples
        .filter(
          ({ name, labels }) => name === 'triptych_cache_reads_total' && labels['outcome']?.startsWith('hit'),
        )
        .reduce((sum, { value }) => sum + value, 0);
    expect(hits(after)).toBeGreaterThan(hits(before));
    expect(valueOf(after, 'triptych_cache_trusted')).toBe(1);
  });

  it('follow an event from the outbox into MongoDB', async () => {
    expect((await t.request('POST', '/api/v1/users', { body: newAccount() })).status).toBe(201);
    const delivered = (samples: Sample[]) =>
      samples
        .filter(({ name }) => name === 'triptych_outbox_delivered_total')
        .reduce((sum, { value }) => sum + value, 0);
    const samples = await eventually(
      () => scrape(t),
      (now) => delivered(now) >= 1,
    );
    expect(valueOf(samples, 'triptych_outbox_lag_seconds_count')).toBe(delivered(samples));
    expect(valueOf(samples, 'triptych_outbox_lag_seconds_sum')).toBeGreaterThan(0);
    expect(valueOf(samples, 'triptych_outbox_lag_seconds_bucket', { le: '5' })).toBe(delivered(samples));
    expect(valueOf(samples, 'triptych_outbox_dead_letters')).toBe(0);
    // Since the first of this month.
    expect(valueOf(samples, 'triptych_outbox_log_age_seconds')).toBeGreaterThan(0);
    expect(valueOf(samples, 'triptych_outbox_log_age_seconds')).toBeLessThanOrEqual(31 * 86_400);
    await eventually(
      () => scrape(t),
      (now) => valueOf(now, 'triptych_outbox_pending') === 0,
    );
  });
});

describe('metrics with a token', () => {
  const METRICS_TOKEN = 'a-token-of-sixteen-or-more';
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp({ METRICS_TOKEN });
  });
  afterAll(() => t.close());

  it.each([
    ['nothing', null],
    ['another token', 'a-token-of-sixteen-or-mor'],
    ['a longer one', `${METRICS_TOKEN}x`],
  ])('refuse %s', async (_, token) => {
    const answer = await t.request('GET', '/metrics', { token });
    expect(answer.status).toBe(401);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.headers['www-authenticate']).toContain('Bearer');
    expect(answer.text).not.toContain('triptych_');
  });

  it('answer with it', async () => {
    expect((await t.request('GET', '/metrics', { token: METRICS_TOKEN })).status).toBe(200);
  });
});

describe('metrics without MongoDB', () => {
  it('answer in time and say that it is down', async () => {
    const t = await createTestApp({ MONGODB_URI: NO_MONGODB });
    try {
      const startedAt = performance.now();
      const samples = await scrape(t);
      // Bounded, however busy the machine is: without the bound it would be the driver's time-outs, tens of seconds.
      expect(performance.now() - startedAt).toBeLessThan(5_000);
      expect(valueOf(samples, 'triptych_store_up', { store: 'mongodb' })).toBe(0);
      expect(valueOf(samples, 'triptych_store_breaker_open', { store: 'mongodb' })).toBe(1);
      expect(valueOf(samples, 'triptych_store_up', { store: 'postgres' })).toBe(1);
    } finally {
      await t.close();
    }
  });
});
