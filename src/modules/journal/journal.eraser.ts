import { Injectable } from '@nestjs/common';

import type { Principal } from '../../common/http/principal.js';
import type { AccountEraser, Erased } from '../../flows/erasure/account-eraser.js';
import type { Tx } from '../../stores/postgres/postgres.js';
import { EntryReservationsRepository } from './entry-reservations.pg.repository.js';
import { entryDeleted } from './journal.events.js';

/**
 * Reservations are deleted with the row of their account, and entries by the event of its deletion. An entry that is
 * still on its way to MongoDB would arrive after that event, so it gets a deletion event of its own, which follows its
 * creation.
 */
@Injectable()
export class JournalEraser implements AccountEraser {
  constructor(private readonly reservations: EntryReservationsRepository) {}

  async erase(tx: Tx, actor: Principal, userId: string): Promise<Erased> {
    const onTheirWay = await this.reservations.undelivered(tx, userId);
    const events = onTheirWay.map(({ id, orgId }) =>
      entryDeleted(actor, { _id: id, organization_id: orgId, user_id: userId }),
    );
    return { tags: [], events };
  }
}
