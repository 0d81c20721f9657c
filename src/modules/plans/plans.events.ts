import type { Principal } from '../../common/http/principal.js';
import type { DomainEvent } from '../../flows/outbox/domain-event.js';
import type { Plan } from './plan.js';
import { PLANS_TAG } from './plan-tags.js';

/** Logged in the organisation in which the platform admin acted. */
export const planChanged = (
  actor: Pick<Principal, 'orgId'> & { userId: string | null; apiKeyId: string | null },
  type: 'plan.created' | 'plan.updated',
  plan: Plan,
): DomainEvent => ({
  type,
  aggregate: { type: 'plan', id: plan.id },
  orgId: actor.orgId,
  actor: { userId: actor.userId, apiKeyId: actor.apiKeyId },
  subject: null,
  payload: {
    code: plan.code,
    price: plan.price.toString(),
    currency: plan.price.currency,
    interval: plan.interval,
    entry_limit: plan.entryLimit,
    active: plan.isActive,
  },
  tags: [PLANS_TAG],
});
