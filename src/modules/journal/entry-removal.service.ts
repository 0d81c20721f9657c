import { Injectable } from '@nestjs/common';

import { assertIfMatch } from '../../common/http/etag.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { isId } from '../../common/ids/ids.js';
import { Clock } from '../../common/time/clock.js';
import { Effects } from '../../flows/effects/effects.js';
import { FieldEncryption } from '../field-encryption/field-encryption.js';
import { EntryPlaces } from './entry-places.service.js';
import { openEntry } from './entry-sealing.js';
import { dateOfStored, type ReadEntry } from './journal-entry.js';
import { JournalEntriesRepository } from './journal-entries.mongo.repository.js';
import { toEntryResponse } from './journal-entry.response.js';
import { journalCollection } from './journal.collection.js';
import { entryCounted } from './journal.effects.js';
import { TooManyEntryWriters } from './journal.errors.js';
import { canWriteJournal } from './journal.policy.js';
import { entryNotFound } from './journal.service.js';

const ATTEMPTS = 100;

/**
 * Deletes entries. First hides the entry in MongoDB if it still has the version that was read. Then releases its
 * reservation in PostgreSQL, with the event that removes the document. If a crash interrupts this, a repetition or
 * `EntryDeletions` finishes it.
 */
@Injectable()
export class EntryRemoval {
  constructor(
    private readonly entries: JournalEntriesRepository,
    private readonly places: EntryPlaces,
    private readonly encryption: FieldEncryption,
    private readonly effects: Effects,
    private readonly clock: Clock,
  ) {}

  /** Throws `NotFound`, `PreconditionFailed`, `TooManyEntryWriters`. */
  async remove(actor: Principal, id: string, ifMatch: string | undefined): Promise<void> {
    assertCan(canWriteJournal(actor));
    const entry = await this.hidden(actor, id, ifMatch);
    if (!(await this.places.giveBack(actor, entry))) throw entryNotFound();
  }

  private async hidden(actor: Principal, id: string, ifMatch: string | undefined): Promise<ReadEntry> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const entry = isId(id) ? await this.entries.findEver(actor.orgId, actor.userId, id) : null;
      if (!entry) throw entryNotFound();
      if (entry.deleted_at) return entry;
      if (ifMatch !== undefined) await this.assertUnchanged(actor, entry, ifMatch);
      const at = this.clock.now();
      const counted = entryCounted(entry, [dateOfStored(entry.entry_date)], at);
      if (!(await this.entries.hide(entry, at, counted))) continue;
      await this.effects.deliver(journalCollection, entry._id, [counted]);
      return entry;
    }
    throw new TooManyEntryWriters();
  }

  private async assertUnchanged(actor: Principal, entry: ReadEntry, ifMatch: string): Promise<void> {
    const cipher = await this.encryption.ofReader(actor.orgId, actor.userId);
    if (!cipher) throw entryNotFound();
    assertIfMatch(ifMatch, toEntryResponse(openEntry(cipher, entry)));
  }
}
