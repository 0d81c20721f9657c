import { Injectable } from '@nestjs/common';
import { and, eq, sql } from 'drizzle-orm';

import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import { stripeCustomers } from './stripe-customers.table.js';
import { stripeEvents } from './stripe-events.table.js';

/** An account in one organisation. */
export interface StripeOwner {
  organizationId: string;
  userId: string;
}

@Injectable()
export class StripeCustomersRepository {
  constructor(private readonly postgres: Postgres) {}

  async find(tx: Tx, customerId: string): Promise<StripeOwner | null> {
    const [row] = await tx
      .select({ organizationId: stripeCustomers.organizationId, userId: stripeCustomers.userId })
      .from(stripeCustomers)
      .where(eq(stripeCustomers.id, customerId));
    return row ?? null;
  }

  async link(tx: Tx, customerId: string, owner: StripeOwner): Promise<void> {
    await tx.insert(stripeCustomers).values({ id: customerId, ...owner, isWaiting: false });
  }

  /**
   * Locks the customers of one account until the end of the transaction, so that they are processed one after the
   * other. Returns them, in the order of their ids.
   */
  async lockThoseOf(tx: Tx, { organizationId, userId }: StripeOwner): Promise<string[]> {
    const name = `stripe-owner:${organizationId}:${userId}`;
    const [, rows] = await Promise.all([
      tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`),
      tx
        .select({ id: stripeCustomers.id })
        .from(stripeCustomers)
        .where(and(eq(stripeCustomers.organizationId, organizationId), eq(stripeCustomers.userId, userId)))
        .orderBy(stripeCustomers.id),
    ]);
    return rows.map(({ id }) => id);
  }

  async setWaiting(tx: Tx, { organizationId, userId }: StripeOwner, isWaiting: boolean): Promise<void> {
    await tx
      .update(stripeCustomers)
      .set({ isWaiting })
      .where(and(eq(stripeCustomers.organizationId, organizationId), eq(stripeCustomers.userId, userId)));
  }

  /** Customers with events that could not be applied yet, because the customer is unknown or the plan is missing. */
  async unapplied(limit: number): Promise<string[]> {
    const rows = await this.postgres.run((db) =>
      db.execute<{ id: string }>(sql`
        select e.customer_id as id from ${stripeEvents} e
        left join ${stripeCustomers} c on c.id = e.customer_id
        where c.id is null or c.is_waiting
        group by e.customer_id order by max(e.received_at) desc limit ${limit}`),
    );
    return rows.map(({ id }) => id);
  }

  /** The customers of an account, in every organisation. */
  async idsOf(tx: Tx, userId: string): Promise<string[]> {
    const rows = await tx
      .select({ id: stripeCustomers.id })
      .from(stripeCustomers)
      .where(eq(stripeCustomers.userId, userId));
    return rows.map(({ id }) => id);
  }
}
