import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  integer,
  jsonb,
  numeric,
  pgTable,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';

import { moment } from '../../stores/postgres/columns.js';
import { PLAN_INTERVALS, type PlanLimits } from './plan.js';

/** The plans to subscribe to, for every organisation. */
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
