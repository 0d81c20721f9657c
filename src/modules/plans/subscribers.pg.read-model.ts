import { Injectable } from '@nestjs/common';
import { and, eq, ne, or } from 'drizzle-orm';

import type { Tx } from '../../stores/postgres/postgres.js';
import { subscriptions } from '../subscriptions/subscriptions.table.js';

/** Whether a plan is in use. */
@Injectable()
export class SubscribersReadModel {
  /**
   * Whether any live subscription has the plan, or will have it. The result holds until the end of a transaction that
   * locked the plan.
   */
  async has(tx: Tx, planId: string): Promise<boolean> {
    const [row] = await tx
      .select({ id: subscriptions.id })
      .from(subscriptions)
      .where(
        and(
          or(eq(subscriptions.planId, planId), eq(subscriptions.pendingPlanId, planId)),
          ne(subscriptions.status, 'canceled'),
        ),
      )
      .limit(1);
    return row !== undefined;
  }
}
