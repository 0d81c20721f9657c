import { Injectable } from '@nestjs/common';
import { eq } from 'drizzle-orm';

import { Money } from '../../common/money/money.js';
import type { Tx } from '../../stores/postgres/postgres.js';
import type { Plan } from './plan.js';
import { plans } from './plans.table.js';

/** Plans, for those who sell them. */
@Injectable()
export class PlansReadModel {
  /** Its currency and interval stay as they are until the transaction ends. */
  async findForSale(tx: Tx, code: string): Promise<Plan | null> {
    const [row] = await tx.select().from(plans).where(eq(plans.code, code)).for('key share');
    if (!row) return null;
    const { price, currency, ...plan } = row;
    return { ...plan, price: Money.ofDecimal(price, currency) };
  }
}
