import { Injectable } from '@nestjs/common';
import { and, eq, inArray, sql } from 'drizzle-orm';

import { type Db, Postgres, type Tx } from '../../stores/postgres/postgres.js';
import { FREE_PLAN } from '../plans/free-plan.js';
import type { Plan } from '../plans/plan.js';
import { plans } from '../plans/plans.table.js';
import { ENTITLED_STATUSES } from '../subscriptions/subscription-state.js';
import { subscriptions } from '../subscriptions/subscriptions.table.js';
import { entryCounts } from './entry-counts.table.js';
import type { Entitlements } from './entitlements.js';

type PlanTerms = Pick<Plan, 'code' | 'entryLimit' | 'limits'>;

/** Which plan applies to an account: the one it has subscribed to, or the free one. */
@Injectable()
export class EntitlementsReadModel {
  constructor(private readonly postgres: Postgres) {}

  async find(orgId: string, userId: string): Promise<Entitlements> {
    return this.postgres.run(async (db) => {
      const plan = await this.planOf(db, orgId, userId);
      const [count] = await db
        .select({ total: entryCounts.totalEntries })
        .from(entryCounts)
        .where(and(eq(entryCounts.organizationId, orgId), eq(entryCounts.userId, userId)));
      const { code: planCode, entryLimit, limits } = plan;
      return { planCode, entryLimit, limits, totalEntries: count?.total ?? 0 };
    });
  }

  /** How many entries the account may have. Null: any number. */
  async entryLimit(tx: Tx, orgId: string, userId: string): Promise<number | null> {
    return (await this.planOf(tx, orgId, userId)).entryLimit;
  }

  private async planOf(db: Db | Tx, orgId: string, userId: string): Promise<PlanTerms> {
    const terms = { code: plans.code, entryLimit: plans.entryLimit, limits: plans.limits };
    const subscribed = db
      .select({ ...terms, rank: sql<number>`1`.as('rank') })
      .from(subscriptions)
      .innerJoin(plans, eq(plans.id, subscriptions.planId))
      .where(
        and(
          eq(subscriptions.organizationId, orgId),
          eq(subscriptions.userId, userId),
          inArray(subscriptions.status, [...ENTITLED_STATUSES]),
        ),
      );
    const free = db
      .select({ ...terms, rank: sql<number>`2`.as('rank') })
      .from(plans)
      .where(eq(plans.code, FREE_PLAN.code));
    const [found] = await subscribed
      .unionAll(free)
      .orderBy(sql`rank`)
      .limit(1);
    return found ?? FREE_PLAN;
  }
}
