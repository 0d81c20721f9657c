import type { Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';

import { AppModule } from '../../src/app.module.js';
import { createApp } from '../../src/app.setup.js';
import type { Env } from '../../src/config/aliases.js';
import type { Config } from '../../src/config/config.js';
import { MongoIndexes } from '../../src/flows/mongo-indexes.js';
import { OutboxTuning } from '../../src/flows/outbox/outbox-tuning.js';
import { Mongo } from '../../src/stores/mongo/mongo.js';
import { Postgres } from '../../src/stores/postgres/postgres.js';
import { assertDescribed } from './contract.js';
import { eventually } from './eventually.js';
import { createTestStores, type TestStores } from './test-stores.js';
import { type Tenant, seedTenant } from '../factories/tenant.js';

export interface Answer {
  status: number;
  headers: Record<string, string>;
  text: string;
  /** The parsed body. Undefined if it is not JSON. */
  body: unknown;
}

/** The real application with stores of its own, one organisation and its owner. */
export interface TestApp {
  app: NestFastifyApplication;
  stores: TestStores;
  tenant: Tenant;
  /** Acts as the organisation's owner, unless `authorization` is given (`null`: no credential). */
  request: (method: string, path: string, options?: RequestOptions) => Promise<Answer>;
  close: () => Promise<void>;
}

export interface RequestOptions {
  body?: unknown;
  headers?: Record<string, string>;
  token?: string | null;
}

/** However busy the machine is, a test can read the entry of a change once the change was answered. */
const PATIENT: Partial<OutboxTuning> = { visibleWithinMs: 5_000 };
/** On a busy machine, requests that a test sends all at once may wait for longer than a client should. */
const PATIENT_QUEUE_MS = 10_000;

/** `modules` are added to the real ones. */
export async function createTestApp(overrides: Env = {}, modules: readonly Type[] = []): Promise<TestApp> {
  const stores = await createTestStores(overrides);
  const app = await createAppWith(stores.config, modules);
  Object.assign(app.get(OutboxTuning), PATIENT);
  // On a busy machine the first ping may come too late, and then the application starts without PostgreSQL, which is
  // allowed.
  await eventually(
    () => Promise.resolve(app.get(Postgres).liveness.isUp),
    (isUp) => isUp,
  );
  // Readiness waits for the unique indexes, too: without them MongoDB takes duplicates. A test's own MongoDB may be away.
  const mayBeAway = overrides['MONGODB_URI'] !== undefined;
  await eventually(
    () =>
      Promise.resolve(
        app.get(MongoIndexes).missingUnique !== null || (mayBeAway && !app.get(Mongo).liveness.isUp),
      ),
    (isReady) => isReady,
  );
  const tenant = await seedTenant(app);
  return {
    app,
    stores,
    tenant,
    request: (method, path, options = {}) => request(app, method, path, { token: tenant.token, ...options }),
    close: async () => {
      await app.close();
      await stores.drop();
    },
  };
}

/** The real application with further modules. */
export async function createAppWith(
  config: Config,
  modules: readonly Type[],
): Promise<NestFastifyApplication> {
  const root = AppModule.forRoot(config);
  const app = await createApp(config, { ...root, imports: [...(root.imports ?? []), ...modules] });
  app.getHttpAdapter().getInstance().admission.waitMs = PATIENT_QUEUE_MS;
  app.get(Postgres).queueLimits.waitMs = PATIENT_QUEUE_MS;
  return app;
}

/** One request to an application, without a socket. Fails if the answer differs from its OpenAPI document. */
export async function request(
  app: NestFastifyApplication,
  method: string,
  path: string,
  { body, headers = {}, token = null }: RequestOptions = {},
): Promise<Answer> {
  const options: InjectOptions = {
    method: method as NonNullable<InjectOptions['method']>,
    url: path,
    headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...headers },
  };
  if (body !== undefined) {
    options.payload = JSON.stringify(body);
    options.headers = { 'content-type': 'application/json', ...options.headers };
  }
  const answer = toAnswer(await app.inject(options));
  assertDescribed(app, method, path, answer);
  return answer;
}

/** An answer of `inject` with its body parsed. */
export function toAnswer(response: LightMyRequestResponse): Answer {
  const isJson = /[/+]json/.test(String(response.headers['content-type'] ?? ''));
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
  );
  return {
    status: response.statusCode,
    headers,
    text: response.body,
    body: isJson && response.body !== '' ? (JSON.parse(response.body) as unknown) : undefined,
  };
}
