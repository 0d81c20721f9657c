import type { RateLimit } from '../common/http/principal.js';
import type { TrustedProxies } from './trust-proxy.js';

/** Where the process listens, and what stands before it. */
export interface HttpConfig {
  host: string;
  port: number;
  /** Whose `X-Forwarded-For` is believed. */
  trustProxy: TrustedProxies;
  /** Under which path clients reach the service, without a slash at the end; empty: at the root. */
  basePath: string;
  /** Of each principal, and of each address without one; null: off. */
  rateLimit: RateLimit | null;
}

export interface PostgresConfig {
  url: string;
  replicaUrl: string | null;
  poolMin: number;
  poolMax: number;
  /** False behind a transaction-mode pooler. */
  prepare: boolean;
}

export interface AuthConfig {
  /** `owner`: a request without a credential acts as the demo organisation's owner. */
  anonymous: 'off' | 'owner';
}

export type ProcessRole = 'all' | 'api' | 'worker';

export interface ConfigValues {
  environment: 'production' | 'development' | 'test';
  http: HttpConfig;
  postgres: PostgresConfig;
  mongo: { uri: string };
  /** No URL: in-process cache, one instance only. `keyPrefix` separates users of one Redis. */
  redis: { url: string | null; keyPrefix: string };
  cache: { ttlMs: number };
  /** How long the event log keeps delivered events; whole months go. */
  outbox: { retentionDays: number };
  /** How long events stay readable one by one; their counts stay for ever. */
  analytics: { retentionDays: number };
  requestLogs: { retentionDays: number };
  /** Where what is beyond its retention is written before it is removed. */
  archiveDir: string;
  processRole: ProcessRole;
  auth: AuthConfig;
  /** `id:base64 key`, newest first; empty where nothing is encrypted. */
  fieldEncryptionKeys: readonly string[];
  stripeWebhookSecret: string | null;
  metricsToken: string | null;
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  dataDir: string;
}

/** What the process was told, parsed once (`parseConfig`) before anything connects. Injected by its class. */
export class Config implements ConfigValues {
  readonly environment!: ConfigValues['environment'];
  readonly http!: HttpConfig;
  readonly postgres!: PostgresConfig;
  readonly mongo!: ConfigValues['mongo'];
  readonly redis!: ConfigValues['redis'];
  readonly cache!: ConfigValues['cache'];
  readonly outbox!: ConfigValues['outbox'];
  readonly analytics!: ConfigValues['analytics'];
  readonly requestLogs!: ConfigValues['requestLogs'];
  readonly archiveDir!: string;
  readonly processRole!: ProcessRole;
  readonly auth!: AuthConfig;
  readonly fieldEncryptionKeys!: readonly string[];
  readonly stripeWebhookSecret!: string | null;
  readonly metricsToken!: string | null;
  readonly logLevel!: ConfigValues['logLevel'];
  readonly dataDir!: string;

  constructor(values: ConfigValues) {
    Object.assign(this, values);
  }
}
