import { bigint, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';

import { moment } from '../../stores/postgres/columns.js';
import { apiKeys } from './api-keys.table.js';

/**
 * The credits of keys whose use is counted. It is a table of its own, because its rows change with each verification
 * and must not block changes of the keys.
 */
export const apiKeyCredits = pgTable('api_key_credits', {
  apiKeyId: uuid('api_key_id')
    .primaryKey()
    .references(() => apiKeys.id, { onDelete: 'cascade' }),
  /** Without a refill that is due, because the statement that spends credits computes it. */
  remaining: bigint({ mode: 'number' }).notNull(),
  refillAmount: bigint('refill_amount', { mode: 'number' }),
  refillInterval: text('refill_interval', { enum: ['daily', 'monthly'] }),
  /** Day of the month. If the month is shorter, its last day. */
  refillDay: integer('refill_day'),
  /** Refills up to this moment are included in `remaining`. */
  refilledAt: moment('refilled_at').notNull(),
  /** The amount that the last statement took, which that statement returns. */
  lastSpent: bigint('last_spent', { mode: 'number' }).notNull().default(0),
});
