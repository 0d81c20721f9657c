import { Injectable } from '@nestjs/common';
import { and, desc, eq, sql } from 'drizzle-orm';

import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import { violatedUnique } from '../../stores/postgres/postgres-errors.js';
import { rising } from '../../stores/postgres/columns.js';
import type { NewPlan, Plan } from './plan.js';
import { planOf } from './plan-row.js';
import { PlanCodeTaken } from './plans.errors.js';
import { plans } from './plans.table.js';

/** PostgreSQL refuses a query with a null character, and no plan has one in its code. */
const isPossible = (code: string): boolean => !code.includes('\0');

@Injectable()
export class PlansRepository {
  constructor(private readonly postgres: Postgres) {}

  /** Newest first, by id (UUIDv7). */
  async list(isActive: boolean | null, limit: number, beforeId: string | null): Promise<Plan[]> {
    const ofState = isActive === null ? undefined : eq(plans.isActive, isActive);
    const before = beforeId === null ? undefined : sql`${plans.id} < ${beforeId}::uuid`;
    const rows = await this.postgres.run((db) =>
      db.select().from(plans).where(and(ofState, before)).orderBy(desc(plans.id)).limit(limit),
    );
    return rows.map(planOf);
  }

  async find(code: string): Promise<Plan | null> {
    if (!isPossible(code)) return null;
    const [row] = await this.postgres.run((db) => db.select().from(plans).where(eq(plans.code, code)));
    return row ? planOf(row) : null;
  }

  /** Locked until the transaction ends, which also blocks new subscribers. */
  async findForUpdate(tx: Tx, code: string): Promise<Plan | null> {
    if (!isPossible(code)) return null;
    const [row] = await tx.select().from(plans).where(eq(plans.code, code)).for('update');
    return row ? planOf(row) : null;
  }

  /** Throws `PlanCodeTaken`. */
  async insert(tx: Tx, plan: NewPlan): Promise<Plan> {
    try {
      const [row] = await tx
        .insert(plans)
        .values({ id: plan.id, code: plan.code, ...columnsOf(plan) })
        .returning();
      if (!row) throw new Error('An insert returned no row');
      return planOf(row);
    } catch (error) {
      if (violatedUnique(error) === 'plans_code_key') throw new PlanCodeTaken();
      throw error;
    }
  }

  /** Null if a plan with this code exists already. It stays as it is. */
  async insertMissing(tx: Tx, plan: NewPlan): Promise<Plan | null> {
    const [row] = await tx
      .insert(plans)
      .values({ id: plan.id, code: plan.code, ...columnsOf(plan) })
      .onConflictDoNothing({ target: plans.code })
      .returning();
    return row ? planOf(row) : null;
  }

  async replace(tx: Tx, plan: NewPlan): Promise<Plan> {
    const updatedAt = rising(plans.updatedAt);
    const [row] = await tx
      .update(plans)
      .set({ ...columnsOf(plan), updatedAt })
      .where(eq(plans.id, plan.id))
      .returning();
    if (!row) throw new Error('A locked row disappeared');
    return planOf(row);
  }
}

const columnsOf = ({ name, price, interval, entryLimit, limits, isActive }: NewPlan) => ({
  name,
  price: price.toString(),
  currency: price.currency,
  interval,
  entryLimit,
  limits,
  isActive,
});
