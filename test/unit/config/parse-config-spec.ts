import { describe, expect, it } from 'vitest';

import { ConfigInvalid, parseConfig } from '../../../src/config/parse-config.js';

const STORES = { DATABASE_URL: 'postgres://u:p@db/app', MONGODB_URI: 'mongodb://mongo/app' };

function faultsOf(env: Record<string, string>): readonly string[] {
  try {
    parseConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigInvalid) return error.faults;
    throw error;
  }
}

describe('parseConfig', () => {
  it('needs nothing but the two databases', () => {
    const config = parseConfig(STORES);
    expect(config.http).toEqual({
      ...{ host: '127.0.0.1', port: 8080, trustProxy: false, basePath: '' },
      rateLimit: null,
    });
    expect(config.redis.url).toBeNull();
    expect(config.cache.ttlMs).toBe(300_000);
    expect(config.outbox.retentionDays).toBe(90);
    expect(config.postgres).toMatchObject({ poolMin: 2, poolMax: 10, prepare: true });
  });

  it.each([
    [{ POSTGRES_URL: 'postgres://a/b' }, 'postgres://a/b'],
    [{ POSTGRES_HOST: 'db' }, 'postgres://db:5432/triptych'],
    [
      {
        POSTGRES_HOST: 'db',
        POSTGRES_PORT: '6',
        POSTGRES_USER: 'me',
        POSTGRES_PASSWORD: 'p/w',
        POSTGRES_DB: 'x',
      },
      'postgres://me:p%2Fw@db:6/x',
    ],
    [
      {
        CODEAI_DB_HOST: 'h',
        CODEAI_DB_PORT: '7',
        CODEAI_DB_NAME: 'n',
        CODEAI_DB_USER: 'u',
        CODEAI_DB_PASSWORD: 'p',
      },
      'postgres://u:p@h:7/n',
    ],
    [{ DATABASE_URL: 'postgres://first/x', POSTGRES_URL: 'postgres://second/x' }, 'postgres://first/x'],
  ])('reads PostgreSQL from %j', (env, url) => {
    expect(parseConfig({ MONGODB_URI: STORES.MONGODB_URI, ...env }).postgres.url).toBe(url);
  });

  it.each([
    [{ MONGODB_URL: 'mongodb://a/b' }, 'mongodb://a/b'],
    [{ MONGO_URL: 'mongodb://a/b' }, 'mongodb://a/b'],
    [{ CODEAI_MONGODB_URI: 'mongodb://a', CODEAI_MONGODB_DATABASE: 'c' }, 'mongodb://a/c'],
    [
      { MONGODB_HOST: 'h', MONGODB_PORT: '1', MONGODB_USER: 'u', MONGODB_PASSWORD: 'p', MONGODB_DB: 'd' },
      'mongodb://u:p@h:1/d',
    ],
  ])('reads MongoDB from %j', (env, uri) => {
    expect(parseConfig({ DATABASE_URL: STORES.DATABASE_URL, ...env }).mongo.uri).toBe(uri);
  });

  it.each([
    ['off', null],
    ['6000/1m', { limit: 6_000, windowSeconds: 60 }],
    ['10/m', { limit: 10, windowSeconds: 60 }],
    ['5/30s', { limit: 5, windowSeconds: 30 }],
  ])('reads RATE_LIMIT=%s', (text, rateLimit) => {
    expect(parseConfig({ ...STORES, RATE_LIMIT: text }).http.rateLimit).toEqual(rateLimit);
  });

  it.each(['0/1m', '6000', '6000/0s', '6000/500ms', '6000/2d', '-1/1m', 'on'])(
    'refuses RATE_LIMIT=%s',
    (text) => {
      expect(() => parseConfig({ ...STORES, RATE_LIMIT: text })).toThrow('RATE_LIMIT');
    },
  );

  it('reads Redis from its parts, pool sizes from their aliases, and treats an empty value as absent', () => {
    const env = { ...STORES, REDIS_HOST: 'r', REDIS_URL: '', DB_POOL_MIN_SIZE: '3', DB_POOL_MAX_SIZE: '30' };
    const config = parseConfig(env);
    expect([config.redis.url, config.postgres.poolMin, config.postgres.poolMax]).toEqual([
      'redis://r:6379',
      3,
      30,
    ]);
  });

  it('lists every fault at once, by name and never by value', () => {
    const faults = faultsOf({
      DATABASE_URL: 'mysql://secret@db',
      PORT: 'http',
      CACHE_TTL: 'soon',
      EVENT_LOG_RETENTION_DAYS: '0',
      NODE_ENV: 'prod',
      DATABASE_POOL_MIN: '20',
      AUTH_ANONYMOUS: 'owner',
      HOST: '0.0.0.0',
      FIELD_ENCRYPTION_KEYS: 'k1:short',
    });
    expect(faults.map((fault) => fault.split(' ')[0]).sort()).toEqual([
      'AUTH_ANONYMOUS',
      'CACHE_TTL',
      'DATABASE_POOL_MIN',
      'DATABASE_URL',
      'EVENT_LOG_RETENTION_DAYS',
      'FIELD_ENCRYPTION_KEYS',
      'MONGODB_URI',
      'NODE_ENV',
      'PORT',
    ]);
    expect(faults.join('\n')).not.toMatch(/secret|soon|k1:short|0\.0\.0\.0/);
  });

  const KEY = `k1:${Buffer.alloc(32, 1).toString('base64')}`;

  it('refuses an anonymous owner in production', () => {
    const env = { ...STORES, NODE_ENV: 'production', FIELD_ENCRYPTION_KEYS: KEY };
    expect(faultsOf({ ...env, AUTH_ANONYMOUS: 'owner' })).toEqual([
      'AUTH_ANONYMOUS must be off with NODE_ENV=production',
    ]);
    expect(faultsOf(env)).toEqual([]);
  });

  it('needs a key ring in production, and says which variable', () => {
    expect(faultsOf({ ...STORES, NODE_ENV: 'production' })).toEqual([
      'FIELD_ENCRYPTION_KEYS is required with NODE_ENV=production: id:base64 of 32 random bytes',
    ]);
  });

  it.each([
    ['off', false],
    ['1', 1],
    ['16', 16],
    ['10.0.0.0/8,loopback', ['10.0.0.0/8', 'loopback']],
    ['2001:db8::/32, 192.0.2.1', ['2001:db8::/32', '192.0.2.1']],
  ])('trusts the proxies of %s', (TRUST_PROXY, expected) => {
    expect(parseConfig({ ...STORES, TRUST_PROXY }).http.trustProxy).toEqual(expected);
  });

  it.each(['0', '17', 'true', 'on', '10.0.0.0/33', 'everyone', '-1', ','])(
    'does not trust %s',
    (TRUST_PROXY) => {
      expect(faultsOf({ ...STORES, TRUST_PROXY })[0]).toMatch(/^TRUST_PROXY must be off/);
    },
  );

  it.each([
    ['/', ''],
    ['/triptych', '/triptych'],
    ['/a/b.c/', '/a/b.c'],
  ])('serves under %s', (BASE_PATH, expected) => {
    expect(parseConfig({ ...STORES, BASE_PATH }).http.basePath).toBe(expected);
  });

  it.each(['triptych', '//', '/a//b', '/a b', '/a?b', 'http://x/'])(
    'does not serve under %s',
    (BASE_PATH) => {
      expect(faultsOf({ ...STORES, BASE_PATH })).toEqual(['BASE_PATH must be a path such as /triptych']);
    },
  );

  it.each([
    ['90', 90_000],
    ['5m', 300_000],
    ['250ms', 250],
    ['1.5h', 5_400_000],
  ])('reads the duration %s as %d ms', (text, ms) => {
    expect(parseConfig({ ...STORES, CACHE_TTL: text }).cache.ttlMs).toBe(ms);
  });
});
