import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';

import { TaggedCache } from '../../src/cache/tagged-cache.js';
import { tags } from '../../src/cache/tags.js';
import { MEMBER_ROLES } from '../../src/common/http/principal.js';
import { seedTenant, type Tenant } from '../factories/tenant.js';
import { type Instance, type Pair, startPair } from '../integration/cache/app-pair.js';
import { getRoutes, isHit, sampleOf } from '../integration/cache/get-routes.js';

const IS_FULL = process.env['FULL'] === '1';
const ORGANIZATIONS = IS_FULL ? 10 : 2;
/** Four accounts and a key in each organisation. */
const PRINCIPALS = ORGANIZATIONS * 5;
const ROUNDS = IS_FULL ? 20 : 3;
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

interface Asker {
  name: string;
  token: string;
  tenant: Tenant;
}

interface Question {
  asker: Asker;
  path: string;
  isCached: boolean;
  /** What a load of this asker’s own gave. */
  answer: string;
}

describe(`${PRINCIPALS} principals on all GET routes`, () => {
  let pair: Pair;
  const askers: Asker[] = [];

  /** An organisation with one member of each role and an API key that may do little. */
  beforeAll(async () => {
    pair = await startPair({ isPatient: true });
    const { app } = pair.one;
    for (let org = 0; org < ORGANIZATIONS; org += 1) {
      const owner = await seedTenant(app, { platformRole: org === 0 ? 'admin' : 'user' });
      const members = MEMBER_ROLES.slice(1).map((role) => seedTenant(app, { orgId: owner.orgId, role }));
      const tenants = [owner, ...(await Promise.all(members))];
      askers.push(
        ...tenants.map((tenant, at) => ({
          name: `org ${org} ${MEMBER_ROLES[at]}`,
          token: tenant.token,
          tenant,
        })),
      );
      const body = { name: 'k', scopes: ['users:read', 'activity:read'], environment: 'test' };
      const created = await pair.one.request('POST', '/api/v1/api-keys', { body, token: owner.token });
      expect(created.status).toBe(201);
      askers.push({ name: `org ${org} key`, token: (created.body as { key: string }).key, tenant: owner });
    }
    expect(askers).toHaveLength(PRINCIPALS);
  }, 120_000);
  afterAll(() => pair.close());

  const ask = (on: Instance, path: string, { token }: Asker) => on.request('GET', path, { token });

  it('get no byte that is another’s', async () => {
    const routes = await getRoutes(pair.one.app);
    const questions: Question[] = [];
    for (const asker of askers) {
      for (const { template, cached } of routes) {
        const { path } = await sampleOf(template, (list) => ask(pair.one, list, asker));
        await pair.one.app.get(TaggedCache).invalidate([tags.organization(asker.tenant.orgId)]);
        const loaded = await ask(pair.one, path, asker);
        if (cached) expect(isHit(loaded)).toBe(false);
        questions.push({ asker, path, isCached: cached !== null, answer: comparable(loaded.text) });
      }
    }
    let answers = 0;
    let hits = 0;
    let foreign = 0;
    let bytes = 0;
    const shuffled = fc.shuffledSubarray(questions, { minLength: questions.length });
    for (const order of fc.sample(shuffled, { seed: SEED, numRuns: ROUNDS })) {
      for (let from = 0; from < order.length; from += 20) {
        await Promise.all(
          order.slice(from, from + 20).map(async ({ asker, path, isCached, answer }, at) => {
            const got = await ask(at % 2 === 0 ? pair.one : pair.two, path, asker);
            answers += 1;
            bytes += got.text.length;
            if (isHit(got)) hits += 1;
            if ((isCached && comparable(got.text) !== answer) || namesAnother(got.text, asker)) {
              foreign += 1;
              console.error(`${asker.name} was given on ${path}: ${got.text}; its own is ${answer}`);
            }
          }),
        );
      }
    }
    console.info(
      `${PRINCIPALS} principals × ${routes.length} GET routes, ${ROUNDS} rounds, seed ${SEED}: ${answers} answers, ${hits} hits, ` +
        `${bytes} bytes, ${foreign} foreign`,
    );
    expect(foreign).toBe(0);
    expect(hits).toBeGreaterThan(answers / 10);
  }, 240_000);

  /** Only an administrator of the platform may see other organisations. */
  const namesAnother = (text: string, { tenant }: Asker): boolean =>
    tenant.orgId !== askers[0]?.tenant.orgId &&
    askers.some(
      (other) =>
        other.tenant.orgId !== tenant.orgId &&
        [other.tenant.orgId, other.tenant.userId, other.tenant.email].some((mark) => text.includes(mark)),
    );
});

/** Without what belongs to one request or moves with time. */
const comparable = (text: string): string =>
  text.replaceAll(/"(request_id|last_used_at)":("[^"]*"|null)/g, '"$1":…');
