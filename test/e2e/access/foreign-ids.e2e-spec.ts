import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { requestContext } from '../../../src/common/http/request-context.js';
import { newId } from '../../../src/common/ids/ids.js';
import type { Liveness } from '../../../src/stores/liveness.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { seedTenant } from '../../factories/tenant.js';
import { createTestApp, type TestApp } from '../../support/test-app.js';
import type { AccessRow, AccessWorld, Asking } from './access-row.js';
import { loadRows } from './load-rows.js';
import { worldOf } from './world.js';

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/;
const VERSION = /^(\d+|draft)$/;
/** Callers share some operations, so a request may leave one to another. It does not do so every time. */
const ATTEMPTS = 3;

const rows = [...(await loadRows())].filter(
  ([, row]) =>
    row.ids &&
    !['public', 'operator'].includes(row.role) &&
    !row.makesItsOwn &&
    !row.isShared &&
    !row.isStream &&
    !row.isForKeysAlone,
);

/**
 * A client must not be able to tell an id of another organisation from one that does not exist, not even by the time
 * that the answer takes. So both have to cost the same operations of the same databases. Commands to Redis are gathered
 * from all callers, so their number says nothing about one of them.
 */
describe('an id of another organisation', () => {
  let t: TestApp;
  let world: AccessWorld;
  let foreign: Asking;
  /** By request, because background work of the same process goes on meanwhile. */
  const countsOf = new Map<string, Record<string, number>>();
  let compared = 0;

  beforeAll(async () => {
    t = await createTestApp();
    world = worldOf(t);
    foreign = { ...(await seedTenant(t.app)), isForeign: true };
    count('postgres', t.app.get(Postgres).liveness);
    count('mongodb', t.app.get(Mongo).liveness);
  });
  afterAll(async () => {
    await t.close();
    console.info(`${compared} routes: an id of another organisation costs what a missing one costs`);
  });

  function count(store: string, liveness: Liveness): void {
    const known = liveness.onSettled;
    liveness.onSettled = (operation, durationMs, isAnswered) => {
      const request = requestContext.getStore()?.requestId ?? '';
      const name = `${store} ${operation}`;
      const counts = countsOf.get(request) ?? {};
      counts[name] = (counts[name] ?? 0) + 1;
      countsOf.set(request, counts);
      known?.(operation, durationMs, isAnswered);
    };
  }

  async function idsOf(row: AccessRow): Promise<readonly string[]> {
    const made = (await row.ids?.(world, foreign)) ?? [];
    return typeof made === 'string' ? [made] : made;
  }

  /** Of the same shape. Where the path holds a version too, it is one of a record that is missing already. */
  const missing = (id: string): string => {
    if (UUID.test(id)) return newId();
    if (VERSION.test(id)) return id;
    return id.slice(0, -6) + id.slice(-6).replaceAll(/[0-8a-eg-y]/g, next);
  };

  async function ask(route: string, row: AccessRow, ids: readonly string[]) {
    const [method = '', template = ''] = route.split(' ');
    const left = [...ids];
    const path = template.replaceAll(/\{\w+\}/g, () => encodeURIComponent(left.shift() ?? ''));
    const body: unknown = await row.body?.(world, foreign);
    const { status, text } = await t.request(method, path + (row.query ?? ''), {
      token: foreign.token,
      ...(body === undefined ? {} : { body }),
      ...(row.headers ? { headers: { ...row.headers } } : {}),
    });
    const { instance: _, request_id: requestId, ...problem } = JSON.parse(text) as Record<string, unknown>;
    return { answer: { status, problem }, operations: countsOf.get(String(requestId)) ?? {} };
  }

  it.each(rows)('%s costs and answers what a missing one does', async (route, row) => {
    let foreignOne = await ask(route, row, await idsOf(row));
    let missingOne = await ask(route, row, (await idsOf(row)).map(missing));
    for (let attempt = 1; attempt < ATTEMPTS; attempt += 1) {
      if (JSON.stringify(sorted(foreignOne)) === JSON.stringify(sorted(missingOne))) break;
      foreignOne = await ask(route, row, await idsOf(row));
      missingOne = await ask(route, row, (await idsOf(row)).map(missing));
    }
    expect(sorted(foreignOne)).toEqual(sorted(missingOne));
    expect(foreignOne.answer.status).toBe(404);
    compared += 1;
  });

  it('was compared on many routes', () => {
    expect(compared).toBeGreaterThan(80);
  });
});

const next = (character: string): string => String.fromCharCode(character.charCodeAt(0) + 1);

const sorted = ({ answer, operations }: { answer: object; operations: Record<string, number> }) => ({
  answer,
  operations: Object.fromEntries(Object.entries(operations).toSorted(([a], [b]) => (a < b ? -1 : 1))),
});
