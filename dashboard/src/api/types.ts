/** The answers of the routes, as described by `GET /api/openapi.json`, reduced to what the dashboard shows. */

export interface Page<T> {
  data: T[];
  page: { limit: number; next_cursor: string | null };
}

export type MemberRole = 'owner' | 'admin' | 'member' | 'viewer';

export interface Profile {
  id: string;
  email: string;
  username: string;
  /** Of the platform. */
  role: 'user' | 'admin';
  organization: { id: string; name: string; slug: string; role: MemberRole };
}

export interface Organization {
  id: string;
  name: string;
  slug: string;
  role: MemberRole;
}

export interface StoreCheck {
  status: 'up' | 'down';
  latency_ms: number;
  mode?: 'in-process';
  /** Why the store cannot be used although it answers. */
  reason?: string;
}
export type StoreName = 'postgres' | 'mongodb' | 'redis';
export type StoreChecks = Record<StoreName, StoreCheck>;

export interface Health {
  status: 'healthy' | 'degraded' | 'unhealthy';
  checks: StoreChecks;
}

export interface Backlog {
  pending: number | null;
  oldest_age_seconds: number | null;
  dead_letters: number | null;
}

export interface TrafficSample {
  at: string;
  requests_per_second: number;
  errors_per_second: number;
  p50_ms: number | null;
  p95_ms: number | null;
  hit_ratio: number | null;
}

/** How far the stores agree, according to the comparison in the background. */
export interface Agreement {
  last_pass_at: string | null;
  checked: number;
  differences: number;
  recent_checked_at: string | null;
}

export interface Overview {
  at: string;
  uptime_seconds: number;
  memory_bytes: number | null;
  stores: StoreChecks;
  pool: { active: number | null; waiting: number | null; max: number | null };
  http: {
    requests: number;
    errors: number;
    in_flight: number | null;
    event_streams: number | null;
    p50_ms: number | null;
    p95_ms: number | null;
    p99_ms: number | null;
  };
  cache: {
    reads: number;
    hits: number;
    hit_ratio: number | null;
    entries: number | null;
    is_trusted: boolean;
  };
  outbox: Backlog;
  spool: Backlog;
  jobs: { due: number | null; lateness_seconds: number | null; dead_letters: number | null };
  effects: { pending: number | null; dead_letters: number | null };
  unreconciled: number | null;
  agreement: Agreement | null;
  traffic: TrafficSample[];
}

export interface VerifyRun {
  id: string;
  status: 'running' | 'done' | 'failed';
  ok: boolean | null;
  repair: boolean;
  checks: VerifyCheck[];
  remaining: number | null;
  failure: string | null;
  started_at: string;
  finished_at: string | null;
}

export interface VerifyCheck {
  name: string;
  compared: number;
  missing: number;
  extra: number;
  different: number;
  repaired: number;
  seconds: number;
}

export interface EndpointSummary {
  endpoint: string;
  method: string;
  count: number;
  warnings: number;
  errors: number;
  p50_ms: number;
  p95_ms: number;
  p99_ms: number;
}

export interface DeadLetter {
  id: string;
  source: 'outbox' | 'spool' | 'scheduler' | 'effects';
  type: string;
  aggregate: string;
  attempts: number;
  last_error: string | null;
  recorded_at: string;
  dead_at: string;
}

export interface DeadLetterDetail extends DeadLetter {
  organization_id: string;
  user_id: string | null;
  payload: Record<string, unknown>;
}

export interface PeriodicJob {
  name: string;
  last_run_at: string | null;
  last_outcome: string | null;
  next_run_at: string;
}

export interface ActivityEntry {
  id: string;
  event_type: string;
  user_id: string | null;
  user_email: string | null;
  actor_id: string | null;
  api_key_id: string | null;
  resource_type: string | null;
  resource_id: string | null;
  payload: Record<string, unknown>;
  source: string;
  occurred_at: string;
  recorded_at: string;
}

export interface ApiKey {
  id: string;
  name: string;
  environment: 'live' | 'test';
  start: string;
  scopes: string[];
  created_at: string;
  expires_at: string | null;
  revoked_at: string | null;
}
export interface NewApiKey extends ApiKey {
  key: string | null;
}

export interface Member {
  user_id: string;
  email: string;
  username: string;
  role: MemberRole;
  joined_at: string;
}

export interface Invitation {
  id: string;
  email: string;
  role: MemberRole;
  expires_at: string;
  token?: string | null;
}

export interface Environment {
  name: string;
  active_deployment_id: string | null;
  last_state: string;
  updated_at: string;
}

export interface Deployment {
  id: string;
  environment: string;
  ref: string;
  sha: string | null;
  description: string | null;
  state: string;
  rollback_of: string | null;
  created_at: string;
  updated_at: string;
}

export interface DeploymentStatus {
  id: string;
  state: string;
  description: string | null;
  log_url: string | null;
  created_at: string;
}

export interface Execution {
  id: string;
  name: string;
  deployment_id: string | null;
  state: string;
  exit_code: number | null;
  result: unknown;
  output_bytes: number;
  created_at: string;
  updated_at: string;
}

export interface Constraint {
  contextName: string;
  operator: string;
  values?: string[];
  value?: string;
  inverted?: boolean;
  caseInsensitive?: boolean;
}
export interface Strategy {
  name: string;
  constraints?: Constraint[];
  parameters?: Record<string, string>;
}
export interface FlagEnvironment {
  enabled: boolean;
  value?: unknown;
  rollout_percentage: number | null;
  strategies: Strategy[];
  variants: { name: string; weight: number }[];
}
export interface Flag {
  id: string;
  key: string;
  name: string;
  description: string | null;
  flag_type: 'boolean' | 'string' | 'number' | 'json';
  default_value: unknown;
  environments: Record<string, FlagEnvironment>;
  tags: string[];
  archived: boolean;
  version: number;
  updated_at: string;
}

export interface Evaluation {
  flags: Record<string, { value: unknown; variant: string | null; reason: string }>;
}

export interface Series {
  series: { group: string | null; points: { start: string; value: number }[] }[];
}
export interface TopEvent {
  event_name: string;
  count: number;
  users: number;
}
export interface FunnelStep {
  event_name: string;
  count: number;
  conversion: number;
  median_seconds: number | null;
}
export interface LastHour {
  minutes: { start: string; count: number }[];
  users: number;
  trending: { event_name: string; count: number }[];
  source: string;
}
