import { boolean, index, pgTable, text, uuid } from 'drizzle-orm/pg-core';

import { organizations } from '../organizations/organizations.table.js';
import { users } from '../users/users.table.js';

/** Which account in which organisation a customer at Stripe stands for. A customer without a row is not known yet. */
export const stripeCustomers = pgTable(
  'stripe_customers',
  {
    id: text().primaryKey(),
    organizationId: uuid('organization_id')
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** Whether events of it wait for a plan that is not there. */
    isWaiting: boolean('is_waiting').notNull(),
  },
  (table) => [
    index('stripe_customers_owner_idx').on(table.organizationId, table.userId),
    index('stripe_customers_user_id_idx').on(table.userId),
  ],
);
