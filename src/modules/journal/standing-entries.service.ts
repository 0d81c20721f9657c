import { Injectable } from '@nestjs/common';

import { EntryReservationsReadModel } from './entry-reservations.pg.read-model.js';
import { JournalEntriesRepository } from './journal-entries.mongo.repository.js';

/** Which ids are taken by entries. */
@Injectable()
export class StandingEntries {
  constructor(
    private readonly reservations: EntryReservationsReadModel,
    private readonly entries: JournalEntriesRepository,
  ) {}

  /** Those of the ids that have a place of this person, also where their content is still on its way to MongoDB. */
  known(orgId: string, userId: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
    return this.reservations.ownedBy(orgId, userId, ids);
  }

  /** Whether MongoDB has a document under the id, also one that is being deleted. */
  async isStanding(orgId: string, id: string): Promise<boolean> {
    return (await this.entries.standing(orgId, [id])).size > 0;
  }
}
