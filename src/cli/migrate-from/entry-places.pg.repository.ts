import type { Outbox } from '../../flows/outbox/outbox.js';
import { EntryLimit } from '../../modules/entitlements/entry-limit.js';
import { entryReservations } from '../../modules/journal/entry-reservations.table.js';
import { entryCreated } from '../../modules/journal/journal.events.js';
import type { StoredEntry } from '../../modules/journal/journal-entry.js';
import type { Tx } from '../../stores/postgres/postgres.js';
import type { MoveTarget } from './move-target.js';
import { SYSTEM } from './move.events.js';

/** The places of many entries at once, with what `EntryPlaces` does for each: the count, and the event. */
export class EntryPlacesRepository {
  constructor(
    private readonly orgId: string,
    private readonly outbox: Outbox,
    private readonly limit: EntryLimit,
  ) {}

  static of({ app, orgId, outbox }: MoveTarget): EntryPlacesRepository {
    return new EntryPlacesRepository(orgId, outbox, app.get(EntryLimit, { strict: false }));
  }

  /** Whatever the plan allows: what a person has written already is not given up. An entry that has a place keeps it. */
  async take(tx: Tx, entries: readonly StoredEntry[]): Promise<void> {
    const rows = await tx
      .insert(entryReservations)
      .values(
        entries.map((entry) => ({
          ...{ id: entry._id, organizationId: this.orgId },
          ...{ userId: entry.user_id, createdAt: entry.created_at },
        })),
      )
      .onConflictDoNothing()
      .returning({ id: entryReservations.id });
    const taken = new Set(rows.map(({ id }) => id));
    const added = entries.filter(({ _id }) => taken.has(_id));
    const owners = Map.groupBy(added, ({ user_id }) => user_id);
    // In one order, so that two moves at once do not wait for each other.
    for (const [userId, own] of [...owners].toSorted(([a], [b]) => (a < b ? -1 : 1)))
      await this.limit.exceed(tx, this.orgId, userId, own.length);
    await this.outbox.add(tx, ...added.map((entry) => entryCreated(SYSTEM, entry)));
  }
}
