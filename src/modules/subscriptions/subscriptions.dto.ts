import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { pageOf, pageQuery } from '../../common/http/page.js';
import { canonicalId } from '../../common/ids/ids.js';
import { PLAN_INTERVALS } from '../plans/plan.js';
import { planCode } from '../plans/plans.dto.js';
import { SUBSCRIPTION_STATUSES } from './subscription-state.js';

/** Stripe's limit. */
const MAX_TRIAL_DAYS = 730;

export class SubscribeDto extends createZodDto(
  z
    .strictObject({
      plan_code: planCode,
      trial_days: z.int().min(0).max(MAX_TRIAL_DAYS).default(0).describe('Days that cost nothing, first.'),
    })
    .meta({ examples: [{ plan_code: 'pro', trial_days: 14 }] }),
) {}

export class ChangeSubscriptionDto extends createZodDto(
  z
    .strictObject({
      plan_code: planCode,
      when: z
        .enum(['now', 'period_end'])
        .describe('`now`: the rest of the period is credited and charged anew, as two transactions.'),
    })
    .meta({ examples: [{ plan_code: 'team', when: 'now' }] }),
) {}

export class CancelSubscriptionDto extends createZodDto(
  z
    .strictObject({
      at_period_end: z.boolean().default(false).describe('False: at once, without a credit.'),
    })
    .meta({ examples: [{ at_period_end: true }] }),
) {}

export class ListSubscriptionsQuery extends createZodDto(
  z.strictObject({
    ...pageQuery,
    status: z.enum(SUBSCRIPTION_STATUSES).optional(),
    stripe_customer_id: z.string().min(1).max(255).optional(),
    user_id: z.string().min(1).max(255).overwrite(canonicalId).optional(),
  }),
) {}

export const subscriptionSchema = z
  .object({
    id: z.uuid(),
    user_id: z.uuid(),
    plan_code: z.string(),
    status: z.enum(SUBSCRIPTION_STATUSES),
    price: z.string().describe('Of the current period; exact.'),
    currency: z.string(),
    interval: z.enum(PLAN_INTERVALS),
    current_period_start: z.iso.datetime(),
    current_period_end: z.iso.datetime(),
    trial_end: z.iso.datetime().nullable(),
    cancel_at_period_end: z.boolean(),
    canceled_at: z.iso.datetime().nullable(),
    pending_plan_code: z
      .string()
      .nullable()
      .describe('The plan from the next period on, where it is another.'),
    stripe_customer_id: z.string().nullable(),
    stripe_subscription_id: z
      .string()
      .nullable()
      .describe('Where it is set, Stripe decides the state, and it is changed there.'),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({
    examples: [
      {
        id: '01981c7e-52a0-7b5e-9d42-0f3f6f1f8a11',
        user_id: '01981c7e-50aa-7d11-8e21-93b0a6f0c002',
        plan_code: 'pro',
        status: 'active',
        price: '9.99',
        currency: 'EUR',
        interval: 'month',
        current_period_start: '2026-11-30T09:30:00.000Z',
        current_period_end: '2026-12-31T09:30:00.000Z',
        trial_end: null,
        cancel_at_period_end: false,
        canceled_at: null,
        pending_plan_code: null,
        stripe_customer_id: null,
        stripe_subscription_id: null,
        created_at: '2026-10-31T09:30:00.000Z',
        updated_at: '2026-11-30T09:30:00.000Z',
      },
    ],
  });

export class SubscriptionResponse extends createZodDto(subscriptionSchema) {}
export class SubscriptionPage extends createZodDto(pageOf(subscriptionSchema)) {}
