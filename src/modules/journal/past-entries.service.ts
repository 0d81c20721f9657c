import { Injectable } from '@nestjs/common';

import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { Clock } from '../../common/time/clock.js';
import { violatedUnique } from '../../stores/postgres/postgres-errors.js';
import { FieldEncryption } from '../field-encryption/field-encryption.js';
import { EntryPlaces } from './entry-places.service.js';
import { EntryReferences } from './entry-references.service.js';
import { sealEntry } from './entry-sealing.js';
import { assertNotEmpty } from './entry-texts.js';
import type { JournalEntry } from './journal-entry.js';
import { EntryIdTaken } from './journal.errors.js';
import { canWriteJournal } from './journal.policy.js';
import { StandingEntries } from './standing-entries.service.js';

/** Takes entries in that were written before, elsewhere: with their own ids and moments. */
@Injectable()
export class PastEntries {
  constructor(
    private readonly references: EntryReferences,
    private readonly encryption: FieldEncryption,
    private readonly places: EntryPlaces,
    private readonly standing: StandingEntries,
    private readonly clock: Clock,
  ) {}

  /** Those of the ids that are entries of this person. */
  known({ orgId, userId }: Principal, ids: readonly string[]): Promise<ReadonlySet<string>> {
    return this.standing.known(orgId, userId, ids);
  }

  /**
   * Everything that `record` refuses but the plan's limit, and nothing is changed. Throws `EmptyEntry`, `UnknownReferences`,
   * `EntryIdTaken`.
   */
  async assertFit(actor: Principal, entry: JournalEntry): Promise<void> {
    assertCan(canWriteJournal(actor));
    assertNotEmpty(entry);
    await this.references.assertKnown(actor, entry);
    // Its creation would be taken for a repetition of the one before, and the entry would be lost.
    if (await this.standing.isStanding(actor.orgId, entry.id)) throw new EntryIdTaken();
  }

  /** For an id that is not known. Throws what `assertFit` throws, and `EntryLimitReached`. */
  async record(actor: Principal, entry: JournalEntry): Promise<void> {
    await this.assertFit(actor, entry);
    const cipher = await this.encryption.forUser(actor.orgId, actor.userId);
    try {
      await this.places.take(actor, await sealEntry(cipher, actor, entry, this.clock.now()));
    } catch (error) {
      if (violatedUnique(error) !== null) throw new EntryIdTaken();
      throw error;
    }
  }
}
