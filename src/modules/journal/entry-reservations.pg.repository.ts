import { Injectable } from '@nestjs/common';
import { and, count, eq, sql } from 'drizzle-orm';

import type { Tx } from '../../stores/postgres/postgres.js';
import type { Reservation } from './entry-reservation.js';
import { entryReservations } from './entry-reservations.table.js';

@Injectable()
export class EntryReservationsRepository {
  /**
   * The account cannot be deleted until the transaction ends. Rejects with `ReferenceGone` if it is deleted already.
   */
  async insert(tx: Tx, { id, orgId, userId, createdAt }: Reservation): Promise<void> {
    await tx.insert(entryReservations).values({ id, organizationId: orgId, userId, createdAt });
  }

  /** False if the entry is deleted already. Of several concurrent deletions only one gets true. */
  async remove(tx: Tx, orgId: string, userId: string, id: string): Promise<boolean> {
    const rows = await tx
      .delete(entryReservations)
      .where(
        and(
          eq(entryReservations.organizationId, orgId),
          eq(entryReservations.userId, userId),
          eq(entryReservations.id, id),
        ),
      )
      .returning({ id: entryReservations.id });
    return rows.length > 0;
  }

  async count(tx: Tx, orgId: string, userId: string): Promise<number> {
    const [row] = await tx
      .select({ count: count() })
      .from(entryReservations)
      .where(and(eq(entryReservations.organizationId, orgId), eq(entryReservations.userId, userId)));
    return row?.count ?? 0;
  }

  /** The entries of an account whose creation waits for MongoDB. */
  async undelivered(tx: Tx, userId: string): Promise<Reservation[]> {
    const isQueued = sql`exists (
      select 1 from outbox_queue q
      where q.aggregate = 'journal_entry:' || ${entryReservations.id} and not q.is_delivered)`;
    return tx
      .select({
        id: entryReservations.id,
        orgId: entryReservations.organizationId,
        userId: entryReservations.userId,
        createdAt: entryReservations.createdAt,
      })
      .from(entryReservations)
      .where(and(eq(entryReservations.userId, userId), isQueued));
  }
}
