import { Injectable } from '@nestjs/common';
import { eq, inArray, sql } from 'drizzle-orm';

import type { Tx } from '../../stores/postgres/postgres.js';
import { stripeEvents } from './stripe-events.table.js';
import type { StripeFact } from './stripe-fact.js';

@Injectable()
export class StripeEventsRepository {
  /** Makes transactions with events of one customer run one after the other, on every instance. */
  async lockCustomer(tx: Tx, customerId: string): Promise<void> {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`stripe:${customerId}`}, 0))`);
  }

  /** False if the event exists already. */
  async insert(tx: Tx, fact: StripeFact): Promise<boolean> {
    const inserted = await tx
      .insert(stripeEvents)
      .values({ id: fact.eventId, customerId: fact.customerId, fact })
      .onConflictDoNothing()
      .returning({ id: stripeEvents.id });
    return inserted.length > 0;
  }

  async factsOf(tx: Tx, customerIds: readonly string[]): Promise<StripeFact[]> {
    const rows = await tx
      .select({ fact: stripeEvents.fact })
      .from(stripeEvents)
      .where(inArray(stripeEvents.customerId, [...customerIds]));
    return rows.map(({ fact }) => fact);
  }

  async deleteOf(tx: Tx, customerId: string): Promise<void> {
    await tx.delete(stripeEvents).where(eq(stripeEvents.customerId, customerId));
  }
}
