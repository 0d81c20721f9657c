import path from 'node:path';

import { z } from 'zod';

import { parseDurationMs } from '../common/time/duration.js';
import { canonicalEnv, type Env } from './aliases.js';
import { Config } from './config.js';
import { parseRateLimit } from './rate-limit.js';
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

const whole = (min: number, max: number, fallback: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .refine((n) => n >= min && n <= max, `must be between ${min} and ${max}`)
    .default(fallback);

const url = (protocols: readonly string[]) =>
  z.string().refine(
    (text) => {
      const parsed = URL.parse(text.includes(',') ? text.replace(/,[^/]*/, '') : text);
      return parsed !== null && protocols.includes(parsed.protocol);
    },
    `must be a URL that starts with ${protocols.map((p) => `${p}//`).join(' or ')}`,
  );

const duration = (fallback: number) =>
  z
    .string()
    .transform((text, context) => {
      const ms = parseDurationMs(text);
      if (ms === null || ms <= 0)
        context.addIssue({ code: 'custom', message: 'must be a duration such as 300s or 5m' });
      return ms ?? 0;
    })
    .default(fallback);

const durationOrOff = (fallback: number) =>
  z
    .string()
    .transform((text, context) => {
      const ms = text === 'off' ? null : parseDurationMs(text);
      if (text !== 'off' && (ms === null || ms < 60_000))
        context.addIssue({
          code: 'custom',
          message: 'must be off or a duration of a minute or more, such as 1h',
        });
      return ms;
    })
    .default(fallback);

const postgresUrl = url(['postgres:', 'postgresql:']);
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
  DATABASE_POOL_MIN: whole(0, 1_000, 2),
  DATABASE_POOL_MAX: whole(1, 1_000, 10),
  DATABASE_STATEMENT_TIMEOUT: duration(30_000),
  DATABASE_PREPARE: z.enum(['true', 'false']).default('true'),
  MONGODB_URI: url(['mongodb:', 'mongodb+srv:']),
  REDIS_URL: url(['redis:', 'rediss:']).nullable().default(null),
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
  if (Number(env['DATABASE_POOL_MIN'] ?? 2) > Number(env['DATABASE_POOL_MAX'] ?? 10)) {
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

const REQUIRED: Readonly<Record<string, string>> = {
  DATABASE_URL: 'is required (or POSTGRES_URL, or POSTGRES_HOST and its parts)',
  MONGODB_URI: 'is required (or MONGODB_URL, MONGO_URL, or MONGODB_HOST and its parts)',
};

/** Parses the environment under all its accepted names. Throws one `ConfigInvalid` that lists every fault. */
export function parseConfig(env: Env): Config {
  const canonical = canonicalEnv(env);
  const parsed = schema.safeParse(canonical);
  const faults = (parsed.error?.issues ?? []).map((issue) => {
    const name = String(issue.path[0]);
    return `${name} ${canonical[name] === undefined ? (REQUIRED[name] ?? issue.message) : describe(issue)}`;
  });
  faults.push(...faultsBetween(canonical));
  if (!parsed.success || faults.length > 0) throw new ConfigInvalid([...new Set(faults)]);
  const values = parsed.data;
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
      poolMin: values.DATABASE_POOL_MIN,
      poolMax: values.DATABASE_POOL_MAX,
      statementTimeoutMs: values.DATABASE_STATEMENT_TIMEOUT,
      prepare: values.DATABASE_PREPARE === 'true',
    },
    mongo: { uri: values.MONGODB_URI },
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
