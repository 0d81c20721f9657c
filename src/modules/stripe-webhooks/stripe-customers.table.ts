import { boolean, index, pgTable, text } from 'drizzle-orm/pg-core';

import { personColumns } from '../users/person-columns.table.js';

/** The account and organisation of a customer at Stripe. A customer without a row is not known yet. */
export const stripeCustomers = pgTable(
  'stripe_customers',
  {
    id: text().primaryKey(),
    ...personColumns(),
    /** Whether its events wait for a plan that does not exist. */
    isWaiting: boolean('is_waiting').notNull(),
  },
  (table) => [
    index('stripe_customers_owner_idx').on(table.organizationId, table.userId),
    index('stripe_customers_user_id_idx').on(table.userId),
  ],
);
