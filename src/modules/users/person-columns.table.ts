import { uuid } from 'drizzle-orm/pg-core';

import { organizations } from '../organizations/organizations.table.js';
import { users } from './users.table.js';

/** The owner of a row that belongs to one person in one organisation, and goes with either. */
export const personColumns = () => ({
  organizationId: uuid('organization_id')
    .notNull()
    .references(() => organizations.id, { onDelete: 'cascade' }),
  userId: uuid('user_id')
    .notNull()
    .references(() => users.id, { onDelete: 'cascade' }),
});
