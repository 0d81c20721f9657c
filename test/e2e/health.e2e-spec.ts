import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { eventually } from '../support/eventually.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const PATHS = ['/health', '/api/health', '/health/database', '/health/live', '/health/ready'];
/** No process listens there. */
const NO_MONGODB = 'mongodb://127.0.0.1:1/triptych?directConnection=true';

const latency = { latency_ms: expect.any(Number) };
const up = { status: 'up', ...latency };

describe('health with all stores up', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp();
  });
  afterAll(() => t.close());

  const get = (path: string) => t.request('GET', path, { token: null });

  it('/health names the three stores and how each answered', async () => {
    const answer = await get('/health');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      status: 'healthy',
      layer: '8-polyglot-persistence',
      databases: ['PostgreSQL', 'MongoDB', 'Redis'],
      checks: { postgres: up, mongodb: up, redis: up },
    });
  });

  it('/api/health says which database of record is there', async () => {
    const answer = await get('/api/health');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      status: 'healthy',
      databases: { mongodb: true, postgresql: true, timestamp: expect.any(String) },
      message: 'All databases operational',
    });
    const body = z.object({ databases: z.object({ timestamp: z.iso.datetime() }) }).parse(answer.body);
    expect(Math.abs(Date.now() - Date.parse(body.databases.timestamp))).toBeLessThan(5_000);
  });

  it('/health/database is a report of Terminus', async () => {
    const all = { postgres: { status: 'up' }, mongodb: { status: 'up' }, redis: { status: 'up' } };
    const answer = await get('/health/database');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ status: 'ok', info: all, error: {}, details: all });
  });

  it('/health/live asks no store, /health/ready asks for the migrations too', async () => {
    expect((await get('/health/live')).body).toEqual({ status: 'live', uptime_seconds: expect.any(Number) });
    const ready = await eventually(
      () => get('/health/ready'),
      ({ body }) => JSON.stringify(body).includes('"unique_indexes":"made"'),
    );
    expect(ready.status).toBe(200);
    expect(ready.body).toEqual({
      status: 'ready',
      checks: { postgres: 'up', mongodb: 'up', migrations: 'applied', unique_indexes: 'made' },
    });
  });

  it.each(PATHS)(
    '%s needs no credential, is kept by nobody, and does not name the framework',
    async (path) => {
      const answer = await get(path);
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(answer.headers['content-type']).toContain('application/json');
      expect(answer.headers['x-request-id']).toBeDefined();
      expect(answer.headers).not.toHaveProperty('x-powered-by');
      expect(answer.headers).not.toHaveProperty('cache-status');
    },
  );
});

describe('health without a Redis', () => {
  it('says that the cache is in the process', async () => {
    const t = await createTestApp({ REDIS_URL: '' });
    try {
      const health = await t.request('GET', '/health', { token: null });
      expect(health.body).toMatchObject({
        status: 'healthy',
        checks: { redis: { status: 'up', mode: 'in-process' } },
      });
      const database = await t.request('GET', '/health/database', { token: null });
      expect(database.status).toBe(200);
      expect(database.body).toMatchObject({ details: { redis: { status: 'up', mode: 'in-process' } } });
    } finally {
      await t.close();
    }
  });
});

describe('health of a process that was started without a store', () => {
  it('MongoDB: degraded, ready', async () => {
    const t = await createTestApp({ MONGODB_URI: NO_MONGODB });
    try {
      const health = await t.request('GET', '/health', { token: null });
      expect(health.status).toBe(200);
      expect(health.body).toMatchObject({
        status: 'degraded',
        checks: { postgres: up, mongodb: { status: 'down' } },
      });
      const database = await t.request('GET', '/health/database', { token: null });
      expect(database.status).toBe(503);
      expect(database.body).toEqual({
        status: 'error',
        info: { postgres: { status: 'up' }, redis: { status: 'up' } },
        error: { mongodb: { status: 'down' } },
        details: { postgres: { status: 'up' }, redis: { status: 'up' }, mongodb: { status: 'down' } },
      });
      expect((await t.request('GET', '/health/ready', { token: null })).status).toBe(200);
    } finally {
      await t.close();
    }
  });

  it.each([
    ['MongoDB', 'MONGODB_URI'],
    ['Redis', 'REDIS_URL'],
  ])('%s: it heals when the store is there', async (_, variable) => {
    const way = await TcpProxy.start(process.env[variable] ?? '');
    way.cut();
    const t = await createTestApp({ [variable]: way.url });
    const status = async () =>
      z.object({ status: z.string() }).parse((await t.request('GET', '/health', { token: null })).body)
        .status;
    try {
      expect(await status()).toBe('degraded');
      way.heal();
      await eventually(status, (now) => now === 'healthy');
    } finally {
      await t.close();
      await way.close();
    }
  });
});
