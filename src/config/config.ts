import type { RateLimit } from '../common/http/principal.js';
import type { TrustedProxies } from './trust-proxy.js';

/** Where the process listens, and which proxies stand before it. */
export interface HttpConfig {
  host: string;
  port: number;
  /** The proxies whose `X-Forwarded-For` is trusted. */
  trustProxy: TrustedProxies;
  /** The path under which clients reach the service, without a slash at the end. Empty: the root. */
  basePath: string;
  /** The limit of each principal, and of each address without one. Null: off. */
  rateLimit: RateLimit | null;
}

export interface PostgresConfig {
  url: string;
  replicaUrl: string | null;
  poolMin: number;
  poolMax: number;
  /** For the queues of events and of scheduled jobs. */
  queueConnections: number;
  /** A statement of a request that takes longer is cancelled. */
  statementTimeoutMs: number;
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
  /** `variable`: the one that the URI was given in. */
  mongo: { uri: string; variable: string };
  /** Without a URL: in-process cache, one instance only. `keyPrefix` separates users of one Redis. */
  redis: { url: string | null; keyPrefix: string };
  cache: { ttlMs: number };
  /** How long the event log keeps delivered events. It is dropped in whole months. */
  outbox: { retentionDays: number };
  /** How long single events stay readable. Their counts stay for ever. */
  analytics: { retentionDays: number };
  requestLogs: { retentionDays: number };
  /**
   * The continuous comparison of the stores: how often everything is compared (null: off), and whether differences are
   * repaired.
   */
  verify: { everyMs: number | null; isRepair: boolean };
  /** The folder for documents that have passed their retention, which are written there before they are removed. */
  archiveDir: string;
  processRole: ProcessRole;
  auth: AuthConfig;
  /** `id:base64 key`, newest first. Empty if nothing is encrypted. */
  fieldEncryptionKeys: readonly string[];
  stripeWebhookSecret: string | null;
  /** Whether a customer at Stripe without metadata is found by its e-mail address. */
  isStripeByAddress: boolean;
  metricsToken: string | null;
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  dataDir: string;
}

/** The settings of the process, parsed once (`parseConfig`) before anything connects. Injected by its class. */
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
  readonly verify!: ConfigValues['verify'];
  readonly archiveDir!: string;
  readonly processRole!: ProcessRole;
  readonly auth!: AuthConfig;
  readonly fieldEncryptionKeys!: readonly string[];
  readonly stripeWebhookSecret!: string | null;
  readonly isStripeByAddress!: boolean;
  readonly metricsToken!: string | null;
  readonly logLevel!: ConfigValues['logLevel'];
  readonly dataDir!: string;

  constructor(values: ConfigValues) {
    Object.assign(this, values);
  }
}
