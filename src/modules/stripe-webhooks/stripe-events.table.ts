import { index, jsonb, pgTable, text } from 'drizzle-orm/pg-core';

import { moment } from '../../stores/postgres/columns.js';
import type { StripeFact } from './stripe-fact.js';

/**
 * Every event from Stripe with a meaning here, once, reduced to the fields that matter. Subscriptions are derived from
 * these events.
 */
export const stripeEvents = pgTable(
  'stripe_events',
  {
    id: text().primaryKey(),
    customerId: text('customer_id').notNull(),
    fact: jsonb().$type<StripeFact>().notNull(),
    receivedAt: moment('received_at').notNull().defaultNow(),
  },
  (table) => [index('stripe_events_customer_id_idx').on(table.customerId)],
);
