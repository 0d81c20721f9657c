import type { DomainEvent } from '../../flows/outbox/domain-event.js';
import type { Subscription } from './subscription.js';
import { subscriptionTags } from './subscription-tags.js';

export const SUBSCRIPTION_EVENTS = [
  'subscription.created',
  'subscription.changed',
  'subscription.change_scheduled',
  'subscription.cancel_scheduled',
  'subscription.canceled',
  'subscription.paused',
  'subscription.resumed',
  'subscription.trial_ended',
  'subscription.renewed',
  'subscription.synchronized',
  'subscription.deleted',
] as const;
export type SubscriptionEvent = (typeof SUBSCRIPTION_EVENTS)[number];

/** The actor of changes that time causes: none. */
export const BY_TIME: DomainEvent['actor'] = { userId: null, apiKeyId: null };

/** `subscription`: the state after the event. */
export const subscriptionEvent = (
  actor: DomainEvent['actor'],
  type: SubscriptionEvent,
  subscription: Subscription,
): DomainEvent => ({
  type,
  aggregate: { type: 'subscription', id: subscription.id },
  orgId: subscription.organizationId,
  actor: { userId: actor.userId, apiKeyId: actor.apiKeyId },
  subject: { userId: subscription.userId, email: subscription.userEmail },
  payload: {
    plan_code: subscription.planCode,
    status: subscription.status,
    current_period_start: subscription.currentPeriodStart.toISOString(),
    current_period_end: subscription.currentPeriodEnd.toISOString(),
    cancel_at_period_end: subscription.cancelAtPeriodEnd,
    pending_plan_code: subscription.pendingPlanCode,
  },
  tags: subscriptionTags(subscription),
});
