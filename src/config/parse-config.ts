import path from 'node:path';

import { z } from 'zod';

import { canonicalEnv, type Env, isOfParts, variableOf } from './aliases.js';
import { Config } from './config.js';
import { connectionShares } from './connection-shares.js';
import { ConnectionInvalid } from './connections/connection-text.js';
import { faultsOfParts, URL_VARIABLES } from './connections/connection-variables.js';
import { mongoUriOf } from './connections/mongo-uri.js';
import { parsePostgresUrl } from './connections/postgres-address.js';
import { parseRedisUrl } from './connections/redis-address.js';
import { parseRateLimit } from './rate-limit.js';
import { connection, duration, durationOrOff, whole } from './setting-types.js';
import { parseTrustedProxies } from './trust-proxy.js';

/** Every fault of the environment, with the variable's name but never its value, which may be a secret. */
export class ConfigInvalid extends Error {
  constructor(readonly faults: readonly string[]) {
    super(
      `The configuration has ${faults.length} fault${faults.length === 1 ? '' : 's'}:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
    );
    this.name = 'ConfigInvalid';
  }
}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

const postgresUrl = connection(parsePostgresUrl);
const KEY_RING_ENTRY = /^[A-Za-z0-9_-]{1,32}:[A-Za-z0-9+/]{43}=$/;

/** The event log is dropped in whole months, and the logins among the events are compared with it. */
const DAYS_OF_TWO_MONTHS = 62;

const schema = z.object({
  NODE_ENV: z.enum(['production', 'development', 'test']).default('development'),
  HOST: z.string().default('127.0.0.1'),
  PORT: whole(0, 65_535, 8080),
  TRUST_PROXY: z
    .string()
    .transform((text, context) => {
      const proxies = parseTrustedProxies(text);
      if (proxies === null)
        context.addIssue({
          code: 'custom',
          message: 'must be off, a number of hops from 1 to 16, or networks such as 10.0.0.0/8,loopback',
        });
      return proxies ?? false;
    })
    .default(false),
  BASE_PATH: z
    .string()
    .regex(/^(?:\/|(?:\/[A-Za-z0-9._~-]+)+\/?)$/, 'must be a path such as /triptych')
    .transform((path) => path.replace(/\/$/, ''))
    .default(''),
  RATE_LIMIT: z
    .string()
    .transform((text, context) => {
      const limit = parseRateLimit(text);
      if (limit === undefined)
        context.addIssue({ code: 'custom', message: 'must be off, or requests in a time such as 6000/1m' });
      return limit ?? null;
    })
    .default(null),
  DATABASE_URL: postgresUrl,
  DATABASE_REPLICA_URL: postgresUrl.nullable().default(null),
  DATABASE_MAX_CONNECTIONS: whole(1, 2_000, 0),
  DATABASE_POOL_MIN: whole(0, 1_000, 2),
  DATABASE_POOL_MAX: whole(1, 1_000, 0),
  DATABASE_STATEMENT_TIMEOUT: duration(30_000),
  DATABASE_PREPARE: z.enum(['true', 'false']).default('true'),
  MONGODB_URI: connection(mongoUriOf),
  REDIS_URL: connection(parseRedisUrl).nullable().default(null),
  REDIS_KEY_PREFIX: z
    .string()
    .regex(/^[a-z0-9_-]{1,40}$/, 'must be 1 to 40 characters of a-z, 0-9, _ and -')
    .default('triptych'),
  CACHE_TTL: duration(300_000),
  EVENT_LOG_RETENTION_DAYS: whole(1, 3_650, 90),
  ANALYTICS_RETENTION_DAYS: whole(1, 3_650, 400),
  REQUEST_LOG_RETENTION_DAYS: whole(1, 3_650, 30),
  VERIFY_EVERY: durationOrOff(3_600_000),
  VERIFY_REPAIR: z.enum(['off', 'on']).default('off'),
  ARCHIVE_DIR: z.string().nullable().default(null),
  PROCESS_ROLE: z.enum(['all', 'api', 'worker']).default('all'),
  AUTH_ANONYMOUS: z.enum(['off', 'owner']).default('off'),
  FIELD_ENCRYPTION_KEYS: z
    .string()
    .transform((text) => text.split(','))
    .refine(
      (keys) => keys.every((key) => KEY_RING_ENTRY.test(key)),
      'must be a comma-separated list of id:base64 of 32 bytes',
    )
    .default([]),
  STRIPE_WEBHOOK_SECRET: z.string().nullable().default(null),
  STRIPE_CUSTOMERS_BY_ADDRESS: z.enum(['off', 'on']).default('off'),
  METRICS_TOKEN: z.string().min(16, 'must have at least 16 characters').nullable().default(null),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  DATA_DIR: z.string().default('.data'),
});

/**
 * Faults of combinations of two variables. Works on the raw text, so that it can report them together with other
 * faults.
 */
function faultsBetween(env: Env): string[] {
  const faults: string[] = [];
  if (Number(env['DATABASE_POOL_MIN'] ?? 0) > Number(env['DATABASE_POOL_MAX'] ?? 10)) {
    faults.push('DATABASE_POOL_MIN must not exceed DATABASE_POOL_MAX');
  }
  if (env['NODE_ENV'] === 'production' && env['FIELD_ENCRYPTION_KEYS'] === undefined)
    faults.push('FIELD_ENCRYPTION_KEYS is required with NODE_ENV=production: id:base64 of 32 random bytes');
  if (env['AUTH_ANONYMOUS'] !== 'owner') return faults;
  if (env['NODE_ENV'] === 'production') faults.push('AUTH_ANONYMOUS must be off with NODE_ENV=production');
  if (!LOOPBACK.has(env['HOST'] ?? '127.0.0.1')) {
    faults.push('AUTH_ANONYMOUS must be off when HOST is not a loopback address');
  }
  return faults;
}

/** What a URL says with parameters of other libraries, where our own variable is not set. */
function withUrlParameters(env: Env): Env {
  try {
    const { isPooled, connectionLimit } = parsePostgresUrl(env['DATABASE_URL'] ?? '');
    return {
      ...(isPooled ? { DATABASE_PREPARE: 'false' } : {}),
      ...(connectionLimit === null ? {} : { DATABASE_POOL_MAX: String(connectionLimit) }),
      ...env,
    };
  } catch (error) {
    if (error instanceof ConnectionInvalid) return env;
    throw error;
  }
}

const REQUIRED: Readonly<Record<string, string>> = {
  DATABASE_URL: 'is required (or POSTGRES_URL, or POSTGRES_HOST and its parts)',
  MONGODB_URI: 'is required (or MONGODB_URL, MONGO_URL, or MONGODB_HOST and its parts)',
};

/** Parses the environment under all its accepted names. Throws one `ConfigInvalid` that lists every fault. */
export function parseConfig(env: Env): Config {
  const canonical = withUrlParameters(canonicalEnv(env));
  const ofParts = URL_VARIABLES.filter((variable) => isOfParts(variable, canonical));
  const faults = ofParts.flatMap((variable) => faultsOfParts(variable, canonical));
  const parsed = schema.safeParse(canonical);
  for (const issue of parsed.error?.issues ?? []) {
    const name = String(issue.path[0]);
    // The fault of the part says more than that of the URL that was made from it.
    if (faults.length > 0 && ofParts.some((variable) => variable === name)) continue;
    const isMissing = canonical[name] === undefined;
    faults.push(
      `${variableOf(name, canonical)} ${isMissing ? (REQUIRED[name] ?? issue.message) : describe(issue)}`,
    );
  }
  faults.push(...faultsBetween(canonical));
  if (!parsed.success || faults.length > 0) throw new ConfigInvalid([...new Set(faults)]);
  const values = parsed.data;
  const shares = connectionShares({
    all: values.DATABASE_MAX_CONNECTIONS || null,
    pool: values.DATABASE_POOL_MAX || null,
    isListening: values.PROCESS_ROLE !== 'api',
    hasRedis: values.REDIS_URL !== null,
  });
  if ('needed' in shares)
    throw new ConfigInvalid([`DATABASE_MAX_CONNECTIONS must be at least ${shares.needed} for this process`]);
  return new Config({
    environment: values.NODE_ENV,
    http: {
      host: values.HOST,
      port: values.PORT,
      trustProxy: values.TRUST_PROXY,
      basePath: values.BASE_PATH,
      rateLimit: values.RATE_LIMIT,
    },
    postgres: {
      url: values.DATABASE_URL,
      replicaUrl: values.DATABASE_REPLICA_URL,
      poolMin: Math.min(values.DATABASE_POOL_MIN, shares.pool),
      poolMax: shares.pool,
      queueConnections: shares.queue,
      statementTimeoutMs: values.DATABASE_STATEMENT_TIMEOUT,
      prepare: values.DATABASE_PREPARE === 'true',
    },
    mongo: { uri: mongoUriOf(values.MONGODB_URI), variable: variableOf('MONGODB_URI', canonical) },
    redis: { url: values.REDIS_URL, keyPrefix: values.REDIS_KEY_PREFIX },
    cache: { ttlMs: values.CACHE_TTL },
    outbox: { retentionDays: values.EVENT_LOG_RETENTION_DAYS },
    analytics: {
      retentionDays: Math.max(
        values.ANALYTICS_RETENTION_DAYS,
        values.EVENT_LOG_RETENTION_DAYS + DAYS_OF_TWO_MONTHS,
      ),
    },
    requestLogs: { retentionDays: values.REQUEST_LOG_RETENTION_DAYS },
    verify: { everyMs: values.VERIFY_EVERY, isRepair: values.VERIFY_REPAIR === 'on' },
    archiveDir: values.ARCHIVE_DIR ?? path.join(values.DATA_DIR, 'archive'),
    processRole: values.PROCESS_ROLE,
    auth: { anonymous: values.AUTH_ANONYMOUS },
    fieldEncryptionKeys: values.FIELD_ENCRYPTION_KEYS,
    stripeWebhookSecret: values.STRIPE_WEBHOOK_SECRET,
    isStripeByAddress: values.STRIPE_CUSTOMERS_BY_ADDRESS === 'on',
    metricsToken: values.METRICS_TOKEN,
    logLevel: values.LOG_LEVEL,
    dataDir: values.DATA_DIR,
  });
}

/** Zod's text for an enumeration contains no value. The other texts are our own sentences. */
function describe(issue: z.core.$ZodIssue): string {
  return issue.code === 'invalid_value'
    ? `must be one of ${issue.values.map(String).join(', ')}`
    : issue.message;
}
