import { Injectable } from '@nestjs/common';
import { and, desc, eq, getTableColumns, type InferInsertModel, inArray, ne, or, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';

import { Money } from '../../common/money/money.js';
import { type Db, Postgres, type Tx } from '../../stores/postgres/postgres.js';
import { ReplicaReads } from '../../stores/postgres/replica-reads.js';
import { violatedUnique } from '../../stores/postgres/postgres-errors.js';
import { plans } from '../plans/plans.table.js';
import { users } from '../users/users.table.js';
import { rising } from '../../stores/postgres/columns.js';
import type { Subscription, SubscriptionCourse } from './subscription.js';
import type { SubscriptionStatus } from './subscription-state.js';
import { AlreadySubscribed } from './subscriptions.errors.js';
import { subscriptions } from './subscriptions.table.js';

export interface SubscriptionFilter {
  status?: SubscriptionStatus | undefined;
  stripeCustomerId?: string | undefined;
  userId?: string | undefined;
}

/** The owner of a subscription, and its ids at Stripe. */
export type SubscriptionOwner = Pick<
  Subscription,
  'organizationId' | 'userId' | 'stripeCustomerId' | 'stripeSubscriptionId'
>;

const pendingPlans = alias(plans, 'pending_plans');
const columns = {
  ...getTableColumns(subscriptions),
  planCode: plans.code,
  pendingPlanCode: pendingPlans.code,
  userEmail: users.email,
};

const select = (db: Db | Tx) =>
  db
    .select(columns)
    .from(subscriptions)
    .innerJoin(plans, eq(plans.id, subscriptions.planId))
    .innerJoin(users, eq(users.id, subscriptions.userId))
    .leftJoin(pendingPlans, eq(pendingPlans.id, subscriptions.pendingPlanId));

@Injectable()
export class SubscriptionsRepository {
  constructor(
    private readonly postgres: Postgres,
    private readonly replica: ReplicaReads,
  ) {}

  async find(orgId: string, id: string): Promise<Subscription | null> {
    const [row] = await this.postgres.run((db) =>
      select(db).where(and(eq(subscriptions.organizationId, orgId), eq(subscriptions.id, id))),
    );
    return row ? subscriptionOf(row) : null;
  }

  /**
   * Locked until the transaction ends. Two statements, because a join that waited for the lock would look for the
   * former plan of the subscription, and find nothing.
   */
  async findForUpdate(tx: Tx, orgId: string, id: string): Promise<Subscription | null> {
    const isIt = and(eq(subscriptions.organizationId, orgId), eq(subscriptions.id, id));
    const [, [row]] = await Promise.all([
      tx.select({ id: subscriptions.id }).from(subscriptions).where(isIt).for('no key update'),
      select(tx).where(isIt),
    ]);
    return row ? subscriptionOf(row) : null;
  }

  /** The subscription that is not cancelled. */
  async findLive(orgId: string, userId: string): Promise<Subscription | null> {
    const [row] = await this.postgres.run((db) => select(db).where(liveOf(orgId, userId)));
    return row ? subscriptionOf(row) : null;
  }

  /** Newest first, by id (UUIDv7). */
  async list(
    orgId: string,
    filter: SubscriptionFilter,
    limit: number,
    beforeId: string | null,
  ): Promise<Subscription[]> {
    const { status, stripeCustomerId, userId } = filter;
    const rows = await this.replica.run((db) =>
      select(db)
        .where(
          and(
            eq(subscriptions.organizationId, orgId),
            status && eq(subscriptions.status, status),
            stripeCustomerId === undefined ? undefined : eq(subscriptions.stripeCustomerId, stripeCustomerId),
            userId === undefined ? undefined : eq(subscriptions.userId, userId),
            beforeId === null ? undefined : sql`${subscriptions.id} < ${beforeId}::uuid`,
          ),
        )
        .orderBy(desc(subscriptions.id))
        .limit(limit),
    );
    return rows.map(subscriptionOf);
  }

  /** Throws `AlreadySubscribed`. The constraint decides between two concurrent inserts. */
  async insert(
    tx: Tx,
    id: string,
    owner: SubscriptionOwner,
    course: SubscriptionCourse,
  ): Promise<Subscription> {
    await refusingSecond(tx.insert(subscriptions).values({ id, ...owner, ...columnsOf(course) }));
    return this.reread(tx, owner.organizationId, id);
  }

  /** Throws `AlreadySubscribed` if it becomes live beside another. `names`: its ids at Stripe, if they change. */
  async save(
    tx: Tx,
    orgId: string,
    id: string,
    course: SubscriptionCourse,
    names: Partial<SubscriptionOwner> = {},
  ): Promise<Subscription> {
    const updatedAt = rising(subscriptions.updatedAt);
    await refusingSecond(
      tx
        .update(subscriptions)
        .set({ ...columnsOf(course), ...names, updatedAt })
        .where(and(eq(subscriptions.organizationId, orgId), eq(subscriptions.id, id))),
    );
    return this.reread(tx, orgId, id);
  }

  /** The subscriptions with these ids at Stripe, and the live one of the account, locked until the transaction ends. */
  async lockForStripe(
    tx: Tx,
    orgId: string,
    userId: string,
    stripeIds: readonly string[],
  ): Promise<Subscription[]> {
    const named = inArray(subscriptions.stripeSubscriptionId, [...stripeIds]);
    const wanted = stripeIds.length === 0 ? liveOf(orgId, userId) : or(named, liveOf(orgId, userId));
    const { id } = subscriptions;
    const [, rows] = await Promise.all([
      tx.select({ id }).from(subscriptions).where(wanted).orderBy(id).for('no key update'),
      select(tx).where(wanted).orderBy(id),
    ]);
    return rows.map(subscriptionOf);
  }

  /** In every organisation. Returns the deleted subscriptions. */
  async deleteOf(tx: Tx, userId: string): Promise<Subscription[]> {
    const areIts = eq(subscriptions.userId, userId);
    const [, rows] = await Promise.all([
      tx.select({ id: subscriptions.id }).from(subscriptions).where(areIts).for('update'),
      select(tx).where(areIts),
    ]);
    if (rows.length > 0) await tx.delete(subscriptions).where(areIts);
    return rows.map(subscriptionOf);
  }

  private async reread(tx: Tx, orgId: string, id: string): Promise<Subscription> {
    const written = await this.findForUpdate(tx, orgId, id);
    if (!written) throw new Error('A written row disappeared');
    return written;
  }
}

const liveOf = (orgId: string, userId: string) =>
  and(
    eq(subscriptions.organizationId, orgId),
    eq(subscriptions.userId, userId),
    ne(subscriptions.status, 'canceled'),
  );

type Columns = Omit<
  InferInsertModel<typeof subscriptions>,
  'id' | 'createdAt' | 'updatedAt' | keyof SubscriptionOwner
>;

const columnsOf = (course: SubscriptionCourse): Columns => ({
  planId: course.planId,
  status: course.status,
  price: course.price.toString(),
  currency: course.price.currency,
  interval: course.interval,
  anchor: course.anchor,
  currentPeriodStart: course.currentPeriodStart,
  currentPeriodEnd: course.currentPeriodEnd,
  trialEnd: course.trialEnd,
  cancelAtPeriodEnd: course.cancelAtPeriodEnd,
  canceledAt: course.canceledAt,
  pendingPlanId: course.pendingPlanId,
});

type Row = Omit<Subscription, 'price'> & { price: string; currency: string };

const subscriptionOf = ({ price, currency, ...row }: Row): Subscription => ({
  ...row,
  price: Money.ofDecimal(price, currency),
});

async function refusingSecond<T>(statement: Promise<T>): Promise<T> {
  try {
    return await statement;
  } catch (error) {
    if (violatedUnique(error) === 'subscriptions_live_key') throw new AlreadySubscribed();
    throw error;
  }
}
