import { sql } from 'drizzle-orm';
import { boolean, index, numeric, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';

import { PLAN_INTERVALS } from '../plans/plan.js';
import { plans } from '../plans/plans.table.js';
import { personColumns } from '../users/person-columns.table.js';
import { moment } from '../../stores/postgres/columns.js';
import { SUBSCRIPTION_STATUSES } from './subscription-state.js';

/** The present and former subscriptions of accounts in organisations. */
export const subscriptions = pgTable(
  'subscriptions',
  {
    id: uuid().primaryKey(),
    ...personColumns(),
    planId: uuid('plan_id')
      .notNull()
      .references(() => plans.id),
    status: text({ enum: SUBSCRIPTION_STATUSES }).notNull(),
    /** The price of the current period, with its interval, because the plan's price may change meanwhile. */
    price: numeric({ precision: 10, scale: 2 }).notNull(),
    currency: text().notNull(),
    interval: text({ enum: PLAN_INTERVALS }).notNull(),
    /** The beginning of every period is computed from here. */
    anchor: moment('anchor').notNull(),
    currentPeriodStart: moment('current_period_start').notNull(),
    currentPeriodEnd: moment('current_period_end').notNull(),
    trialEnd: moment('trial_end'),
    cancelAtPeriodEnd: boolean('cancel_at_period_end').notNull().default(false),
    canceledAt: moment('canceled_at'),
    pendingPlanId: uuid('pending_plan_id').references(() => plans.id),
    stripeCustomerId: text('stripe_customer_id'),
    /** If set, Stripe decides the state, and no job here does. */
    stripeSubscriptionId: text('stripe_subscription_id'),
    createdAt: moment('created_at').notNull().defaultNow(),
    updatedAt: moment('updated_at').notNull().defaultNow(),
  },
  (table) => [
    // S1.
    index('subscriptions_user_id_idx').on(table.userId),
    index('subscriptions_status_idx').on(table.status),
    index('subscriptions_stripe_customer_id_idx').on(table.stripeCustomerId),
    // One live subscription for each account of an organisation.
    uniqueIndex('subscriptions_live_key')
      .on(table.organizationId, table.userId)
      .where(sql`${table.status} <> 'canceled'`),
    uniqueIndex('subscriptions_stripe_subscription_id_key').on(table.stripeSubscriptionId),
    // For the pages of the list, by each of its filters.
    index('subscriptions_organization_id_idx').on(table.organizationId, table.id),
    index('subscriptions_organization_user_idx').on(table.organizationId, table.userId, table.id),
    index('subscriptions_organization_status_idx').on(table.organizationId, table.status, table.id),
    index('subscriptions_plan_id_idx').on(table.planId),
    index('subscriptions_pending_plan_id_idx').on(table.pendingPlanId),
  ],
);
