import { Injectable } from '@nestjs/common';
import { and, asc, count, eq, gt, inArray, sql } from 'drizzle-orm';

import type { KeyOwner } from '../field-encryption/data-key.js';
import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import { entryReservations } from './entry-reservations.table.js';

export interface Reservation extends KeyOwner {
  /** The entry's. */
  id: string;
  createdAt: Date;
}

const columns = {
  id: entryReservations.id,
  orgId: entryReservations.organizationId,
  userId: entryReservations.userId,
  createdAt: entryReservations.createdAt,
};

@Injectable()
export class EntryReservationsRepository {
  constructor(private readonly postgres: Postgres) {}

  /** The account stays until the transaction ends. Rejects with `ReferenceGone` where it is deleted. */
  async insert(tx: Tx, { id, orgId, userId, createdAt }: Reservation): Promise<void> {
    await tx.insert(entryReservations).values({ id, organizationId: orgId, userId, createdAt });
  }

  /** False where the entry is deleted already: of many who delete it one gets true. */
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

  async find(id: string): Promise<Reservation | null> {
    const [row] = await this.postgres.run((db) =>
      db.select(columns).from(entryReservations).where(eq(entryReservations.id, id)),
    );
    return row ?? null;
  }

  async count(tx: Tx, orgId: string, userId: string): Promise<number> {
    const [row] = await tx
      .select({ count: count() })
      .from(entryReservations)
      .where(and(eq(entryReservations.organizationId, orgId), eq(entryReservations.userId, userId)));
    return row?.count ?? 0;
  }

  /** Those of which an event waits for MongoDB, whether it was given up or not. */
  async onTheirWay(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const aggregates = ids.map((id) => `journal_entry:${id}`);
    const rows = await this.postgres.run((db) =>
      db.execute<{ id: string }>(sql`
        select substr(aggregate, 15) as id from outbox_queue
        where aggregate = any(array[${sql.join(aggregates, sql`, `)}]::text[]) and not is_delivered`),
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** In the order of ids. */
  after(id: string | null, limit: number): Promise<Reservation[]> {
    return this.postgres.run((db) =>
      db
        .select(columns)
        .from(entryReservations)
        .where(id === null ? undefined : gt(entryReservations.id, id))
        .orderBy(asc(entryReservations.id))
        .limit(limit),
    );
  }

  async known(ids: readonly string[]): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set();
    const rows = await this.postgres.run((db) =>
      db
        .select({ id: entryReservations.id })
        .from(entryReservations)
        .where(inArray(entryReservations.id, [...ids])),
    );
    return new Set(rows.map((row) => row.id));
  }

  /** The entries of an account whose creation waits for MongoDB. */
  async undelivered(tx: Tx, userId: string): Promise<Reservation[]> {
    const isQueued = sql`exists (
      select 1 from outbox_queue q
      where q.aggregate = 'journal_entry:' || ${entryReservations.id} and not q.is_delivered)`;
    return tx
      .select(columns)
      .from(entryReservations)
      .where(and(eq(entryReservations.userId, userId), isQueued));
  }
}
