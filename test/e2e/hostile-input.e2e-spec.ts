import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LightMyRequestResponse } from 'fastify';

import { operationsOf, type PlacedOperation } from '../../src/ops/openapi/openapi-types.js';
import { buildOpenApiDocument } from '../../src/ops/openapi/openapi.js';
import { seedKey } from '../factories/api-key.js';
import { seedTenant, type Tenant } from '../factories/tenant.js';
import { assertDescribed } from '../support/contract.js';
import { usualLongestDelayMs } from '../support/event-loop-delay.js';
import { FaultRun } from '../support/fault-run.js';
import {
  type HostileRequest,
  hostileRequests,
  membersOf,
  pathOf,
  type Target,
} from '../support/hostile/hostile-requests.js';
import { problemShape } from '../support/shapes.js';
import { createTestApp, type TestApp, toAnswer } from '../support/test-app.js';
import type { AccessRow, AccessWorld } from './access/access-row.js';
import { loadRows } from './access/load-rows.js';
import { worldOf } from './access/world.js';

const rows = await loadRows();
const run = new FaultRun('hostile input');
/** The promise is 50 ms of a processor of its own. Beside other work the same code takes a multiple of that. */
const MAX_DELAY_MS = process.env['FULL'] === '1' ? 50 : 150;
/** What no client may learn: where code stands, queries, messages of stores. */
const INTERNALS =
  /node_modules|\.ts:\d|\.js:\d+|MongoServerError|PostgresError|ECONNREFUSED|\bselect\b.+\bfrom\b/i;
/** Contracts that are not ours have errors of their own form, which the OpenAPI document describes. */
const FOREIGN = /^\/(?:v1|ofrep|api\/client|api\/frontend)(?:[/?]|$)|\/webhooks\//;

describe('hostile input', () => {
  let t: TestApp;
  let world: AccessWorld;
  let operations: PlacedOperation[];
  let schemas: Target['schemas'];
  let bystander: Tenant;
  let before: unknown;
  const prototype = JSON.stringify(Object.getOwnPropertyNames(Object.prototype));
  const counts = { requests: 0, refused: 0, taken: 0, unavailable: 0, longestMs: 0, names: 0 };

  beforeAll(async () => {
    t = await createTestApp();
    world = worldOf(t);
    const document = buildOpenApiDocument(t.app);
    operations = operationsOf(document);
    schemas = document.components?.schemas ?? {};
    bystander = await seedTenant(t.app);
    before = await everythingOf(bystander);
  });
  afterAll(async () => {
    await t.close();
    const { requests, taken, refused, unavailable, longestMs } = counts;
    run.report(
      `${requests} requests to ${rows.size} routes: ${taken} taken, ${refused} refused, ${unavailable} answered 503; ` +
        `the event loop stood still for ${longestMs.toFixed(1)} ms at the most`,
    );
  });

  async function everythingOf({ token }: Tenant): Promise<unknown> {
    const lists = [
      'profile',
      'users',
      'organizations',
      'activity',
      'documents',
      'features',
      'rooms',
      'transactions',
    ];
    const answers = await Promise.all(lists.map((list) => t.request('GET', `/api/v1/${list}`, { token })));
    return answers.map(({ status, body }) => [status, body]);
  }

  async function targetOf(operation: PlacedOperation, row: AccessRow, asking: Tenant): Promise<Target> {
    const made = row.ids ? await row.ids(world, { ...asking, isForeign: false }) : [];
    const ids = (typeof made === 'string' ? [made] : made).map(encodeURIComponent);
    const body: unknown = await row.body?.(world, { ...asking, isForeign: false });
    return { ...operation, ids, body, query: row.query ?? '', headers: row.headers ?? {}, schemas };
  }

  /** The least credential that is let through, so that a request gets as far as it can. */
  async function credentialFor(row: AccessRow): Promise<{ asking: Tenant; token: string }> {
    const asking =
      row.role === 'operator'
        ? await seedTenant(t.app, { platformRole: 'admin' })
        : await seedTenant(t.app, { orgId: t.tenant.orgId, role: 'owner' });
    return { asking, token: row.isForKeysAlone ? await seedKey(t.app, asking, ['*']) : asking.token };
  }

  const send = (method: string, request: HostileRequest, token: string): Promise<LightMyRequestResponse> =>
    t.app.inject({
      method: method.toUpperCase() as 'POST',
      url: request.url,
      headers: { authorization: `Bearer ${token}`, ...request.headers },
      ...(request.payload === undefined ? {} : { payload: request.payload }),
    });

  /** Null: as it must be. Else what is wrong with the answer. */
  function faultOf(method: string, { url }: HostileRequest, response: LightMyRequestResponse): string | null {
    const answer = toAnswer(response);
    const { status, headers, text, body } = answer;
    if (status >= 500 && status !== 503) return `${status} ${text.slice(0, 200)}`;
    if (headers['x-injected'] !== undefined || headers['set-cookie'] !== undefined)
      return 'a header was injected';
    if (Object.values(headers).some((value) => /[\r\n]/.test(value))) return 'a header has two lines';
    if (status >= 400 && INTERNALS.test(text)) return `internals: ${text.slice(0, 300)}`;
    if (status >= 400 && !FOREIGN.test(url) && !problemShape.safeParse(body).success)
      return `no problem: ${status} ${text.slice(0, 200)}`;
    try {
      assertDescribed(t.app, method, url, answer);
    } catch (error) {
      return error instanceof Error ? error.message.slice(0, 400) : String(error);
    }
    return null;
  }

  it.each([...rows].filter(([, row]) => !row.isStream))('%s', async (route, row) => {
    const [method = '', path = ''] = route.split(' ');
    const operation = operations.find((one) => one.path === path && one.method === method.toLowerCase());
    if (!operation) throw new Error(`${route} is not in the document`);
    const { asking, token } = await credentialFor(row);
    const requests = hostileRequests(run, await targetOf(operation, row, asking));
    let answers: LightMyRequestResponse[] = [];
    const sendAll = async (): Promise<void> => {
      answers = [];
      for (const request of requests) answers.push(await send(method, request, token));
    };
    const longestMs = await usualLongestDelayMs(sendAll, MAX_DELAY_MS);
    const faults = requests.flatMap((request, index) => {
      const answer = answers[index];
      const fault = answer ? faultOf(method, request, answer) : 'no answer';
      return fault === null ? [] : [`${request.what}: ${fault}`];
    });
    counts.requests += answers.length;
    counts.longestMs = Math.max(counts.longestMs, longestMs);
    for (const { statusCode: status } of answers)
      counts[status === 503 ? 'unavailable' : status >= 400 ? 'refused' : 'taken'] += 1;
    expect(faults).toEqual([]);
    expect(longestMs).toBeLessThan(MAX_DELAY_MS);
  });

  it('is no name that people see: characters that turn or hide what stands beside them', async () => {
    const found: unknown[] = [];
    for (const [route, row] of rows) {
      const [method = '', path = ''] = route.split(' ');
      const operation = operations.find((one) => one.path === path && one.method === method.toLowerCase());
      if (
        !operation ||
        FOREIGN.test(path) ||
        !membersOf({ operation: operation.operation, schemas }).includes('name')
      )
        continue;
      const { asking, token } = await credentialFor(row);
      const target = await targetOf(operation, row, asking);
      for (const name of ['a\u202eb', 'a\u2066b', 'a\u0000b', 'a\u001bb', 'a\nb', '\u200b', '\u3164']) {
        const body = { ...(target.body as object), name };
        const { status } = await t.request(method, pathOf(target, target.ids), { body, token });
        if (status !== 422) found.push([route, name, status]);
      }
      counts.names += 1;
    }
    expect(found).toEqual([]);
    expect(counts.names).toBeGreaterThan(8);
  });

  it('has changed no object of the process', () => {
    expect(JSON.stringify(Object.getOwnPropertyNames(Object.prototype))).toBe(prototype);
    expect(({} as Record<string, unknown>)['isPolluted']).toBeUndefined();
  });

  it('has reached nothing of another organisation', async () => {
    expect(await everythingOf(bystander)).toEqual(before);
  });

  it('stands in an export as text that no spreadsheet takes for a formula', async () => {
    const formulas = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1+1', '＋1', '－1', '＠A1'];
    for (const resource_id of formulas) {
      const body = { event_type: 'formula', resource_id };
      expect((await t.request('POST', '/api/v1/activity', { body })).status).toBe(201);
    }
    const { text } = await t.request('GET', '/api/v1/activity/export?event_type=formula', {
      headers: { accept: 'text/csv' },
    });
    const cells = formulas.filter((formula) => text.includes(`'${formula}`));
    expect(cells).toEqual(formulas);
  });
});
