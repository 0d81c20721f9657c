import { Injectable } from '@nestjs/common';

import type { Principal } from '../../common/http/principal.js';
import type { DomainEvent } from '../../flows/outbox/domain-event.js';
import { Outbox } from '../../flows/outbox/outbox.js';
import { ReferenceGone } from '../../stores/postgres/postgres-errors.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { EntryLimit } from '../entitlements/entry-limit.js';
import { EntryReservationsRepository } from './entry-reservations.pg.repository.js';
import type { StoredEntry } from './journal-entry.js';
import { EntryLimitReached } from './journal.errors.js';
import { entryCreated, entryDeleted } from './journal.events.js';

/**
 * Reservations of entries within the limit of a plan, which PostgreSQL decides. Every change of a reservation is one
 * transaction with its event.
 */
@Injectable()
export class EntryPlaces {
  constructor(
    private readonly postgres: Postgres,
    private readonly reservations: EntryReservationsRepository,
    private readonly limit: EntryLimit,
    private readonly outbox: Outbox,
  ) {}

  /** Throws `EntryLimitReached`, `ReferenceGone`. When it resolves, the entry is durable and on its way to MongoDB. */
  take(actor: Principal, entry: StoredEntry): Promise<void> {
    const { _id: id, organization_id: orgId, user_id: userId, recorded_at: createdAt } = entry;
    return this.postgres.transaction(async (tx) => {
      // First, because the insert locks the account. Otherwise this transaction and the deletion of the account could
      // wait for each other.
      await this.reservations.insert(tx, { id, orgId, userId, createdAt });
      if (!(await this.limit.reserve(tx, orgId, userId))) throw new EntryLimitReached();
      await this.outbox.add(tx, entryCreated(actor, entry));
    });
  }

  /** For an entry without a reservation, whatever the plan allows. False if its account is deleted. */
  async restore({
    _id: id,
    organization_id: orgId,
    user_id: userId,
    recorded_at: createdAt,
  }: StoredEntry): Promise<boolean> {
    try {
      await this.postgres.transaction(async (tx) => {
        await this.reservations.insert(tx, { id, orgId, userId, createdAt });
        await this.limit.exceed(tx, orgId, userId);
      });
      return true;
    } catch (error) {
      if (error instanceof ReferenceGone) return false;
      throw error;
    }
  }

  /** False if it was released already. */
  giveBack(
    actor: DomainEvent['actor'],
    entry: Pick<StoredEntry, '_id' | 'organization_id' | 'user_id'>,
  ): Promise<boolean> {
    const { _id: id, organization_id: orgId, user_id: userId } = entry;
    return this.postgres.transaction(async (tx) => {
      if (!(await this.reservations.remove(tx, orgId, userId, id))) return false;
      await this.limit.release(tx, orgId, userId);
      await this.outbox.add(tx, entryDeleted(actor, entry));
      return true;
    });
  }
}
