import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LightMyRequestResponse } from 'fastify';

import { seedTenant, type Tenant } from '../factories/tenant.js';
import { assertNoFaults, faultOf, isForeign } from '../support/answer-faults.js';
import { usualLongestDelayMs } from '../support/event-loop-delay.js';
import { FaultRun } from '../support/fault-run.js';
import {
  type HostileRequest,
  hostileRequests,
  membersOf,
  pathOf,
} from '../support/hostile/hostile-requests.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { loadRows } from './access/load-rows.js';
import { Targets } from './access/targets.js';
import { timeLimit } from '../support/time-limit.js';

const rows = await loadRows();
const run = new FaultRun('hostile input');
/** The promise is 50 ms of a processor of its own. Beside other work the same code takes a multiple of that. */
const MAX_DELAY_MS = timeLimit(50) * (process.env['FULL'] === '1' ? 1 : 2);
/** Hundreds of large answers would be collected as garbage while the event loop is watched. */
const KEPT_BYTES = 100_000;

describe('hostile input', () => {
  let t: TestApp;
  let targets: Targets;
  let bystander: Tenant;
  let before: unknown;
  const prototype = JSON.stringify(Object.getOwnPropertyNames(Object.prototype));
  const counts = { requests: 0, refused: 0, taken: 0, unavailable: 0, longestMs: 0, names: 0 };

  beforeAll(async () => {
    t = await createTestApp();
    targets = new Targets(t);
    bystander = await seedTenant(t.app);
    before = await everythingOf(bystander);
  }, 180_000);
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

  const send = (method: string, request: HostileRequest, token: string): Promise<LightMyRequestResponse> =>
    t.app.inject({
      method: method.toUpperCase() as 'POST',
      url: request.url,
      headers: { authorization: `Bearer ${token}`, ...request.headers },
      ...(request.payload === undefined ? {} : { payload: request.payload }),
    });

  it.each([...rows].filter(([, row]) => !row.isStream))(
    '%s',
    async (route, row) => {
      const { target, token } = await targets.of(route, row);
      const { method } = target;
      const requests = hostileRequests(run, target);
      let answers: (LightMyRequestResponse | null)[] = [];
      const sendAll = async (): Promise<void> => {
        answers = [];
        for (const request of requests) {
          const answer = await send(method, request, token);
          answers.push(answer.rawPayload.length < KEPT_BYTES ? answer : null);
        }
      };
      const longestMs = await usualLongestDelayMs(sendAll, MAX_DELAY_MS);
      const faults: string[] = [];
      for (const [index, request] of requests.entries()) {
        const answer = answers[index] ?? (await send(method, request, token));
        const fault = faultOf(t.app, method, request.url, answer);
        if (fault !== null) faults.push(`${request.what}: ${fault}`);
        const { statusCode: status } = answer;
        counts[status === 503 ? 'unavailable' : status >= 400 ? 'refused' : 'taken'] += 1;
      }
      counts.requests += requests.length;
      counts.longestMs = Math.max(counts.longestMs, longestMs);
      assertNoFaults(faults);
      expect(longestMs).toBeLessThan(MAX_DELAY_MS);
    },
    600_000,
  );

  it('is no name that people see: characters that turn or hide what stands beside them', async () => {
    const found: unknown[] = [];
    for (const [route, row] of rows) {
      if (isForeign(route.split(' ')[1] ?? '')) continue;
      const { target, token } = await targets.of(route, row);
      if (!membersOf(target).includes('name')) continue;
      const { method } = target;
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
