import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  integer,
  jsonb,
  numeric,
  pgTable,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';

import { PLAN_INTERVALS, type PlanLimits } from './plan.js';

const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** What may be subscribed to, for every organisation. */
export const plans = pgTable(
  'plans',
  {
    id: uuid().primaryKey(),
    code: text().notNull(),
    name: text().notNull(),
    price: numeric({ precision: 10, scale: 2 }).notNull(),
    currency: text().notNull(),
    interval: text({ enum: PLAN_INTERVALS }).notNull(),
    /** Null: any number. */
    entryLimit: integer('entry_limit'),
    limits: jsonb().$type<PlanLimits>().notNull(),
    isActive: boolean('is_active').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
    updatedAt: moment('updated_at').notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex('plans_code_key').on(table.code),
    check('plans_price_check', sql`${table.price} >= 0`),
    check('plans_entry_limit_check', sql`${table.entryLimit} >= 0`),
  ],
);
