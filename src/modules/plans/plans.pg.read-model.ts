import { Injectable } from '@nestjs/common';
import { eq, inArray } from 'drizzle-orm';

import type { Tx } from '../../stores/postgres/postgres.js';
import type { Plan } from './plan.js';
import { planOf } from './plan-row.js';
import { plans } from './plans.table.js';

/** Plans for the modules that sell them. */
@Injectable()
export class PlansReadModel {
  /** Its currency and interval cannot change until the transaction ends. */
  async findForSale(tx: Tx, code: string): Promise<Plan | null> {
    const [row] = await tx.select().from(plans).where(eq(plans.code, code)).for('key share');
    return row ? planOf(row) : null;
  }

  /** By code. A code without a plan is left out. */
  async findAll(tx: Tx, codes: readonly string[]): Promise<ReadonlyMap<string, Plan>> {
    if (codes.length === 0) return new Map();
    const rows = await tx
      .select()
      .from(plans)
      .where(inArray(plans.code, [...codes]));
    return new Map(rows.map((row) => [row.code, planOf(row)]));
  }
}
