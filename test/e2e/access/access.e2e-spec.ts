import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenAPIObject } from '@nestjs/swagger';

import { operationsOf } from '../../../src/ops/openapi/openapi-types.js';
import { createTestApp, type TestApp } from '../../support/test-app.js';
import type { AccessRow, AccessWorld } from './access-row.js';
import { type Accounts, type Caller, callersOf, seedAccounts } from './callers.js';
import { loadRows } from './load-rows.js';
import { verdictOf, verdictsFor } from './verdict.js';
import { worldOf } from './world.js';

const rows = await loadRows();

/** A problem repeats the path that was asked for. */
const withoutItsPath = (text: string): string => text.replace(/"instance":"[^"]*"/, '');

describe('the access matrix', () => {
  let t: TestApp;
  let world: AccessWorld;
  let accounts: Accounts;

  beforeAll(async () => {
    t = await createTestApp();
    world = worldOf(t);
    accounts = await seedAccounts(t.app, t.tenant);
  });
  afterAll(() => t.close());

  async function ask(route: string, row: AccessRow, caller: Caller) {
    const [method = '', template = ''] = route.split(' ');
    const made = row.ids ? await row.ids(world, caller.asking) : [];
    const ids = typeof made === 'string' ? [made] : [...made];
    const path = template.replaceAll(/\{\w+\}/g, () => encodeURIComponent(ids.shift() ?? ''));
    const body: unknown = await row.body?.(world, caller.asking);
    if (row.isStream) return headOf(path, caller.token);
    return t.request(method, path + (row.query ?? ''), {
      token: caller.token,
      ...(body === undefined ? {} : { body }),
      ...(row.headers ? { headers: { ...row.headers } } : {}),
    });
  }

  async function headOf(url: string, token: string | null) {
    const headers = token === null ? {} : { authorization: `Bearer ${token}` };
    const response = await t.app.inject({ method: 'GET', url, headers, payloadAsStream: true });
    response.stream().destroy();
    return { status: response.statusCode, text: '' };
  }

  it('has a row for every route of the OpenAPI document, and no other', async () => {
    const { body } = await t.request('GET', '/api/openapi.json', { token: null });
    const documented = operationsOf(body as OpenAPIObject).map(
      ({ method, path }) => `${method.toUpperCase()} ${path}`,
    );
    const withRow = new Set([...rows.keys()].map((route) => route.replace(/ #.*$/, '')));
    expect([...withRow].toSorted()).toEqual(documented.toSorted());
  });

  it.each([...rows])('%s', async (route, row) => {
    const found: Record<string, string> = {};
    const expected: Record<string, string> = {};
    for (const caller of await callersOf(t.app, accounts, row)) {
      const answer = await ask(route, row, caller);
      const verdicts = verdictsFor(row, route, caller);
      const verdict = verdictOf(answer.status, row);
      const isRight = verdict !== null && verdicts.includes(verdict);
      expected[caller.name] = verdicts.join(' or ');
      found[caller.name] = isRight ? verdicts.join(' or ') : `${answer.status} ${answer.text.slice(0, 200)}`;
      if (caller.isForeign && row.role !== 'public' && !row.isOpenToOperators)
        expect(withoutItsPath(answer.text)).not.toContain(t.tenant.orgId);
    }
    expect(found).toEqual(expected);
    if (row.spendsCredentials) accounts = await seedAccounts(t.app, t.tenant);
  });
});
