import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { EntryLimit } from '../../../src/modules/entitlements/entry-limit.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { seedPlan } from '../../factories/plan.js';
import { seedTenant, type Tenant } from '../../factories/tenant.js';
import { createTestApp, type TestApp } from '../../support/test-app.js';

const idShape = z.object({ id: z.uuid() });

describe('entitlements', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp();
  });
  afterAll(() => t.close());

  const newMember = () => seedTenant(t.app, { orgId: t.tenant.orgId, role: 'member' });
  const get = async (who: Tenant, path: string) =>
    (await t.request('GET', `/api/v1/${path}`, { token: who.token })).body;
  const post = (who: Tenant, path: string, body: unknown = {}) =>
    t.request('POST', `/api/v1/${path}`, { token: who.token, body });

  it('are those of the free plan without a subscription, also where none was seeded', async () => {
    const who = await newMember();
    const built = { plan_code: 'free', limits: { entry_limit: 100 }, use: { entries: 0 } };
    expect(await get(who, 'entitlements')).toEqual(built);
    expect(await get(who, 'profile')).toMatchObject({
      subscription: null,
      entitlements: built,
      total_entries: 0,
    });
    const operator = await seedTenant(t.app, { platformRole: 'admin' });
    const free = { code: 'free', name: 'Free', price: 0, currency: 'EUR', interval: 'month', entry_limit: 7 };
    expect((await post(operator, 'plans', free)).status).toBe(201);
    // At once, for an organisation that had it in its cache.
    const seeded = { ...built, limits: { entry_limit: 7 } };
    expect(await get(who, 'entitlements')).toEqual(seeded);
    expect(await get(who, 'profile')).toMatchObject({ entitlements: seeded });
  });

  it('and the profile are never stale after a write', async () => {
    const who = await newMember();
    const plan = await seedPlan(t.app, { entryLimit: 500 });
    const shown = async () => {
      const entitlements = await get(who, 'entitlements');
      const profile = await get(who, 'profile');
      expect(profile).toMatchObject({ entitlements });
      return { entitlements, profile };
    };
    await shown();
    const { id } = idShape.parse((await post(who, 'subscriptions', { plan_code: plan.code })).body);
    const active = await shown();
    expect(active.entitlements).toMatchObject({ plan_code: plan.code, limits: { entry_limit: 500 } });
    expect(active.profile).toMatchObject({ subscription: { id, status: 'active', plan_code: plan.code } });
    // A pause takes the limits away; so does a cancel, with the subscription itself.
    await post(who, `subscriptions/${id}/pause`);
    const paused = await shown();
    expect(paused).toMatchObject({
      entitlements: { plan_code: 'free' },
      profile: { subscription: { status: 'paused' } },
    });
    await post(who, `subscriptions/${id}/resume`);
    expect((await shown()).entitlements).toMatchObject({ plan_code: plan.code });
    await post(who, `subscriptions/${id}/cancel`);
    expect((await shown()).profile).toMatchObject({ subscription: null });
  });

  it('count entries exactly: of 60 at once, as many as the plan allows', async () => {
    const who = await newMember();
    const plan = await seedPlan(t.app, { entryLimit: 10 });
    await post(who, 'subscriptions', { plan_code: plan.code });
    const limit = t.app.get(EntryLimit);
    const postgres = t.app.get(Postgres);
    const reserve = () => postgres.transaction((tx) => limit.reserve(tx, who.orgId, who.userId));
    const taken = await Promise.all(Array.from({ length: 60 }, reserve));
    expect(taken.filter(Boolean)).toHaveLength(10);
    await postgres.transaction((tx) => limit.release(tx, who.orgId, who.userId));
    expect([await reserve(), await reserve()]).toEqual([true, false]);
    expect(await get(who, 'entitlements')).toMatchObject({ use: { entries: 10 } });
    // A place that was taken by a transaction that failed is free again.
    await postgres.transaction((tx) => limit.release(tx, who.orgId, who.userId));
    const failed = postgres.transaction(async (tx) => {
      await limit.reserve(tx, who.orgId, who.userId);
      throw new Error('rolled back');
    });
    await expect(failed).rejects.toThrow('rolled back');
    expect([await reserve(), await reserve()]).toEqual([true, false]);
  });

  it('allow nothing at a limit of zero, and anything without a limit', async () => {
    const [none, all] = [await newMember(), await newMember()];
    const zero = await seedPlan(t.app, { entryLimit: 0 });
    const endless = await seedPlan(t.app, { entryLimit: null });
    await post(none, 'subscriptions', { plan_code: zero.code });
    await post(all, 'subscriptions', { plan_code: endless.code });
    const limit = t.app.get(EntryLimit);
    const reserve = ({ orgId, userId }: Tenant) =>
      t.app.get(Postgres).transaction((tx) => limit.reserve(tx, orgId, userId));
    expect(await reserve(none)).toBe(false);
    for (let at = 0; at < 5; at += 1) expect(await reserve(all)).toBe(true);
    expect(await get(all, 'entitlements')).toMatchObject({
      limits: { entry_limit: null },
      use: { entries: 5 },
    });
  });
});
