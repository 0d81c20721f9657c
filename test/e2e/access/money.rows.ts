import { newId } from '../../../src/common/ids/ids.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { seedPlan } from '../../factories/plan.js';
import type { AccessRow, AccessRows } from './access-row.js';

type Ids = NonNullable<AccessRow['ids']>;

const newPlan = { name: 'Plan', price: '9.99', currency: 'EUR', interval: 'month' };
const newTransaction = () => ({ user_id: 'user123', amount: '9.99', transaction_type: 'purchase' });
const aPlan: Ids = async ({ app }) => (await seedPlan(app)).code;
const aTransaction: Ids = ({ create }) => create('/api/v1/transactions', newTransaction());

/** The caller's own subscription, or the owner's where a stranger asks: members see no others. */
const aSubscription =
  (status: 'active' | 'paused'): Ids =>
  async ({ app, owner }, asking) => {
    const { sql } = app.get(Postgres);
    const userId = asking.isForeign ? owner.userId : asking.userId;
    const plan = await seedPlan(app);
    const id = newId();
    await sql`delete from subscriptions where user_id = ${userId}`;
    await sql`
      insert into subscriptions (id, organization_id, user_id, plan_id, status, price, currency, interval, anchor,
        current_period_start, current_period_end)
      values (${id}, ${owner.orgId}, ${userId}, ${plan.id}, ${status}, 30, 'EUR', 'month', now(), now(),
        now() + interval '1 month')`;
    return id;
  };
const mayWrite: AccessRow = { role: 'member', key: 'subscriptions:write', ids: aSubscription('active') };

export const rows: AccessRows = {
  'GET /api/v1/plans': { role: 'viewer', key: 'plans:read' },
  'POST /api/v1/plans': { role: 'operator', body: () => ({ code: newId(), ...newPlan }) },
  'GET /api/v1/plans/{code}': { role: 'viewer', key: 'plans:read', ids: aPlan, isShared: true },
  'PUT /api/v1/plans/{code}': { role: 'operator', ids: aPlan, body: () => newPlan },
  'GET /api/v1/subscriptions': { role: 'viewer', key: 'subscriptions:read' },
  'POST /api/v1/subscriptions': {
    role: 'member',
    key: 'subscriptions:write',
    body: async ({ app }) => ({ plan_code: (await seedPlan(app)).code }),
    // The keys of one owner subscribe for that owner, once.
    allowed: [201, 409],
  },
  'GET /api/v1/subscriptions/{id}': {
    role: 'viewer',
    key: 'subscriptions:read',
    ids: aSubscription('active'),
  },
  'POST /api/v1/subscriptions/{id}/change': {
    ...mayWrite,
    body: async ({ app }) => ({ plan_code: (await seedPlan(app)).code, when: 'now' }),
  },
  'POST /api/v1/subscriptions/{id}/cancel': { ...mayWrite, body: () => ({ at_period_end: true }) },
  'POST /api/v1/subscriptions/{id}/pause': mayWrite,
  'POST /api/v1/subscriptions/{id}/resume': { ...mayWrite, ids: aSubscription('paused') },
  // The signature is the credential: without one every caller is refused.
  'POST /api/v1/webhooks/stripe': { role: 'public', body: () => ({ id: 'evt_1' }), allowed: [400] },
  'GET /api/v1/entitlements': { role: 'viewer', key: 'entitlements:read' },
  'GET /api/v1/transactions': { role: 'viewer', key: 'transactions:read' },
  'POST /api/v1/transactions': { role: 'member', key: 'transactions:write', body: newTransaction },
  'GET /api/v1/transactions/summary': { role: 'viewer', key: 'transactions:read' },
  'GET /api/v1/transactions/{id}': { role: 'viewer', key: 'transactions:read', ids: aTransaction },
  'POST /api/v1/transactions/{id}/reversal': {
    role: 'member',
    key: 'transactions:write',
    ids: aTransaction,
  },
};
