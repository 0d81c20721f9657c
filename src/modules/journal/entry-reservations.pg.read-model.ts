import { Injectable } from '@nestjs/common';
import { and, asc, eq, gt, inArray, sql } from 'drizzle-orm';

import { isId } from '../../common/ids/ids.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import type { Reservation } from './entry-reservation.js';
import { entryReservations } from './entry-reservations.table.js';

const columns = {
  id: entryReservations.id,
  orgId: entryReservations.organizationId,
  userId: entryReservations.userId,
  createdAt: entryReservations.createdAt,
};

type Named = Omit<Reservation, 'createdAt'>;

/** The reservations of all people, for comparisons. */
@Injectable()
export class EntryReservationsReadModel {
  constructor(private readonly postgres: Postgres) {}

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

  async find(id: string): Promise<Reservation | null> {
    const [row] = await this.postgres.run((db) =>
      db.select(columns).from(entryReservations).where(eq(entryReservations.id, id)),
    );
    return row ?? null;
  }

  /** Those of the ids that have a reservation. */
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

  /** Those of the ids that are places of this person. */
  async ownedBy(orgId: string, userId: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
    const asked = ids.filter(isId);
    if (asked.length === 0) return new Set();
    const { id, organizationId, userId: owner } = entryReservations;
    const rows = await this.postgres.run((db) =>
      db
        .select({ id })
        .from(entryReservations)
        .where(and(eq(organizationId, orgId), eq(owner, userId), inArray(id, asked))),
    );
    return new Set(rows.map((row) => row.id));
  }

  /** Those of which an event waits for MongoDB, given up or not: of the entry, its account or its organisation. */
  async onTheirWay(entries: readonly Named[]): Promise<ReadonlySet<string>> {
    const aggregates = [...new Set(entries.flatMap(aggregatesOf))];
    if (aggregates.length === 0) return new Set();
    const rows = await this.postgres.run((db) =>
      db.execute<{ aggregate: string }>(sql`
        select distinct aggregate from outbox_queue
        where aggregate = any(array[${sql.join(
          aggregates.map((aggregate) => sql`${aggregate}`),
          sql`, `,
        )}]::text[]) and not is_delivered`),
    );
    const waiting = new Set(rows.map(({ aggregate }) => aggregate));
    return new Set(
      entries
        .filter((entry) => aggregatesOf(entry).some((aggregate) => waiting.has(aggregate)))
        .map(({ id }) => id),
    );
  }
}

const aggregatesOf = ({ id, orgId, userId }: Named): string[] => [
  `journal_entry:${id}`,
  `user:${userId}`,
  `organization:${orgId}`,
];
