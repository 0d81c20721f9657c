import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { seedPlan } from '../../factories/plan.js';
import { found, ReconciledService } from './reconciled-service.js';

const ONLY = { only: ['transactions', 'subscriptions'] };
const TRANSACTIONS = 12;

describe('transactions and subscriptions beside the event log', () => {
  let service: ReconciledService;
  const ids: number[] = [];
  let subscriptionId: string;
  beforeAll(async () => {
    service = await ReconciledService.start();
    const plan = await seedPlan(service.t.app);
    for (let n = 0; n < TRANSACTIONS; n += 1) {
      const body = { user_id: 'user123', amount: '1.50', transaction_type: 'purchase' };
      const answer = await service.t.request('POST', '/api/v1/transactions', { body });
      ids.push(z.object({ id: z.number() }).parse(answer.body).id);
    }
    const body = { plan_code: plan.code };
    const subscribed = await service.t.request('POST', '/api/v1/subscriptions', { body });
    subscriptionId = z.object({ id: z.string() }).parse(subscribed.body).id;
    await service.t.request('POST', `/api/v1/subscriptions/${subscriptionId}/pause`);
    await service.settled();
    // Before everything that is compared, as the log of a service that is older than a minute.
    await service.sql`
      insert into outbox_events (id, aggregate_type, aggregate_id, organization_id, type, payload, tags, recorded_at)
      values ('018c0000-0000-7000-8000-000000000000', 'organization', ${service.t.tenant.orgId},
        ${service.t.tenant.orgId}, 'organization.created', '{}', '{}', '2023-11-24')`;
  });
  afterAll(() => service.close());

  it('differ in nothing, and all of them are compared', async () => {
    const report = await service.verify(ONLY);
    expect(report).toMatchObject({ ok: true, details: [] });
    expect(report.checks.map(({ name, compared }) => [name, compared])).toEqual([
      ['subscriptions', 1],
      ['transactions', TRANSACTIONS],
    ]);
  });

  it('that are altered, deleted or added behind the service are each found, and repaired where that can be', async () => {
    const { sql } = service;
    const [altered = 0, deleted = 0, retyped = 0, untold = 0] = ids;
    await sql`update transactions set amount = 150 where id = ${altered}`;
    await sql`update transactions set transaction_type = 'refund' where id = ${retyped}`;
    await sql`delete from transactions where id = ${deleted}`;
    await sql`delete from outbox_events where aggregate_type = 'transaction' and aggregate_id = ${String(untold)}`;
    await sql`
      insert into transactions (organization_id, user_id, amount, currency, transaction_type, metadata)
      values (${service.t.tenant.orgId}, 'x', 1, 'EUR', 'smuggled', '{}')`;
    await sql`update subscriptions set status = 'active' where id = ${subscriptionId}`;
    const report = await service.verify(ONLY);
    expect(found(report)).toEqual({ transactions: 5, subscriptions: 1 });
    const kinds = report.details.map(({ kind, record }) => `${kind} ${record}`);
    expect(kinds).toEqual(
      expect.arrayContaining([
        `different transactions/${altered}`,
        `different transactions/${retyped}`,
        `extra transactions/${deleted}`,
        `missing transactions/${untold}`,
        `different subscriptions/${subscriptionId}`,
      ]),
    );
    const repaired = await service.verify({ ...ONLY, isRepair: true });
    // What was altered or deleted only a person can put right.
    expect(repaired).toMatchObject({ ok: false, remaining: 3 });
    expect(repaired.checks.map(({ name, repaired: done }) => [name, done])).toEqual([
      ['subscriptions', 1],
      ['transactions', 2],
    ]);
    await sql`update transactions set amount = 1.5, transaction_type = 'purchase' where id in ${sql([altered, retyped])}`;
    expect(found(await service.verify(ONLY))).toEqual({ transactions: 1, subscriptions: 0 });
  });
});
