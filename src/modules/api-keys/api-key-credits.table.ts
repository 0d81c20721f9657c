import { bigint, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';

import { moment } from '../../stores/postgres/columns.js';
import { apiKeys } from './api-keys.table.js';

/**
 * The credits of the keys that are counted. A table of its own: its rows change with each verification, and must not hold
 * up changes of the keys.
 */
export const apiKeyCredits = pgTable('api_key_credits', {
  apiKeyId: uuid('api_key_id')
    .primaryKey()
    .references(() => apiKeys.id, { onDelete: 'cascade' }),
  /** Before a refill that is due: that one is worked out by the statement that spends. */
  remaining: bigint({ mode: 'number' }).notNull(),
  refillAmount: bigint('refill_amount', { mode: 'number' }),
  refillInterval: text('refill_interval', { enum: ['daily', 'monthly'] }),
  /** Of the month; past its end, the last one. */
  refillDay: integer('refill_day'),
  /** Refills up to this moment are in `remaining`. */
  refilledAt: moment('refilled_at').notNull(),
  /** What the last statement took, which the statement returns. */
  lastSpent: bigint('last_spent', { mode: 'number' }).notNull().default(0),
});
