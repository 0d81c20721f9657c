import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import { createApp } from '../../../src/app.setup.js';
import { parseConfig } from '../../../src/config/parse-config.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { seedPlan } from '../../factories/plan.js';
import { seedTenant, type Tenant } from '../../factories/tenant.js';
import { eventually } from '../../support/eventually.js';
import {
  paidSubscription,
  sendEvent,
  STRIPE_SECRET,
  type StripeTestEvent,
} from '../../support/stripe-events.js';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { request, type TestApp } from '../../support/test-app.js';
import { createTestStores, type TestStores } from '../../support/test-stores.js';

const asClient = (app: NestFastifyApplication): Pick<TestApp, 'request'> => ({
  request: (method, path, options = {}) => request(app, method, path, options),
});

describe('Stripe’s events, sent to two instances', () => {
  let stores: TestStores;
  let way: TcpProxy;
  let apps: NestFastifyApplication[];
  let plan: string;
  beforeAll(async () => {
    stores = await createTestStores({ STRIPE_WEBHOOK_SECRET: STRIPE_SECRET });
    way = await TcpProxy.start(stores.env['DATABASE_URL'] ?? '');
    const start = (env: Record<string, string>) => createApp(parseConfig({ ...stores.env, ...env }));
    apps = [await start({ DATABASE_URL: way.url }), await start({})];
    const [, healthy] = apps;
    if (!healthy) throw new Error('Two were started');
    plan = (await seedPlan(healthy)).code;
  });
  afterAll(async () => {
    await Promise.all(apps.map((app) => app.close()));
    await way.close();
    await stores.drop();
  });

  const sequence = (who: Tenant, name: string): StripeTestEvent[] =>
    paidSubscription({
      ...{ customerId: `cus_${name}`, subscriptionId: `sub_${name}`, planCode: plan, apart: 0 },
      ...{ userId: who.userId, organizationId: who.orgId },
    });
  const rowsOf = (app: NestFastifyApplication, who: Tenant) =>
    app.get(Postgres).sql<{ status: string; events: number }[]>`
      select s.status, (select count(*)::int from stripe_events where customer_id = s.stripe_customer_id) as events
      from subscriptions s where s.user_id = ${who.userId}`;

  it('leave one state, though each is sent to both at once', async () => {
    const [one, two] = apps;
    if (!one || !two) throw new Error('Two were started');
    for (let n = 0; n < 10; n += 1) {
      const who = await seedTenant(two);
      const events = sequence(who, `both-${n}`);
      const answers = await Promise.all(
        events.flatMap((event) => [sendEvent(asClient(one), event), sendEvent(asClient(two), event)]),
      );
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
      expect(await rowsOf(two, who)).toEqual([{ status: 'active', events: 4 }]);
    }
  });

  it('are refused while PostgreSQL is away, and lost by neither side when they come again', async () => {
    const [one, two] = apps;
    if (!one || !two) throw new Error('Two were started');
    const who = await seedTenant(two);
    const [first, ...rest] = sequence(who, 'away');
    expect((await sendEvent(asClient(one), first ?? {})).status).toBe(200);
    way.cut();
    const answers = await Promise.all(rest.map((event) => sendEvent(asClient(one), event)));
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 503, body: { error: { type: 'api_error' } } });
    }
    way.heal();
    // Stripe sends again, until it is acknowledged, what was not; and, to be sure, what was.
    for (const event of sequence(who, 'away')) {
      await eventually(
        () => sendEvent(asClient(one), event),
        ({ status }) => status === 200,
      );
    }
    expect(await rowsOf(two, who)).toEqual([{ status: 'active', events: 4 }]);
  });
});
