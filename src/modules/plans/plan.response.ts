import type { Plan } from './plan.js';
import type { PlanResponse } from './plans.dto.js';

export const toPlanResponse = (plan: Plan): PlanResponse => ({
  code: plan.code,
  name: plan.name,
  price: plan.price.toString(),
  currency: plan.price.currency,
  interval: plan.interval,
  entry_limit: plan.entryLimit,
  limits: { ...plan.limits },
  active: plan.isActive,
  created_at: plan.createdAt.toISOString(),
  updated_at: plan.updatedAt.toISOString(),
});
