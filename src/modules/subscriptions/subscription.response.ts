import type { Subscription } from './subscription.js';
import type { SubscriptionResponse } from './subscriptions.dto.js';

export const toSubscriptionResponse = (subscription: Subscription): SubscriptionResponse => ({
  id: subscription.id,
  user_id: subscription.userId,
  plan_code: subscription.planCode,
  status: subscription.status,
  price: subscription.price.toString(),
  currency: subscription.price.currency,
  interval: subscription.interval,
  current_period_start: subscription.currentPeriodStart.toISOString(),
  current_period_end: subscription.currentPeriodEnd.toISOString(),
  trial_end: subscription.trialEnd?.toISOString() ?? null,
  cancel_at_period_end: subscription.cancelAtPeriodEnd,
  canceled_at: subscription.canceledAt?.toISOString() ?? null,
  pending_plan_code: subscription.pendingPlanCode,
  stripe_customer_id: subscription.stripeCustomerId,
  stripe_subscription_id: subscription.stripeSubscriptionId,
  created_at: subscription.createdAt.toISOString(),
  updated_at: subscription.updatedAt.toISOString(),
});
