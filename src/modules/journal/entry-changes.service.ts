import { Injectable } from '@nestjs/common';

import { assertIfMatch } from '../../common/http/etag.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { isId } from '../../common/ids/ids.js';
import { Clock } from '../../common/time/clock.js';
import { Effects } from '../../flows/effects/effects.js';
import { FieldEncryption } from '../field-encryption/field-encryption.js';
import type { UserCipher } from '../field-encryption/user-cipher.js';
import { changesOf } from './entry-patch.js';
import { EntryReferences } from './entry-references.service.js';
import { openEntry, sealTexts, tokensOf, wordCountOf } from './entry-sealing.js';
import { assertNotEmpty } from './entry-texts.js';
import {
  dateAsStored,
  type JournalEntry,
  monthDayOf,
  type ReadEntry,
  type StoredEntry,
} from './journal-entry.js';
import { JournalEntriesRepository } from './journal-entries.mongo.repository.js';
import { toEntryResponse } from './journal-entry.response.js';
import { journalCollection } from './journal.collection.js';
import type { UpdateEntryDto } from './journal.dto.js';
import { entryCounted, entryUpdated } from './journal.effects.js';
import { TooManyEntryWriters } from './journal.errors.js';
import { canWriteJournal } from './journal.policy.js';
import { entryNotFound } from './journal.service.js';

const ATTEMPTS = 100;

/** Changes entries in MongoDB, each only if it still has the version that was read. */
@Injectable()
export class EntryChanges {
  constructor(
    private readonly entries: JournalEntriesRepository,
    private readonly references: EntryReferences,
    private readonly encryption: FieldEncryption,
    private readonly effects: Effects,
    private readonly clock: Clock,
  ) {}

  /** Throws `NotFound`, `PreconditionFailed`, `UnknownReferences`, `EmptyEntry`, `TooManyWords`, `TooManyEntryWriters`. */
  async update(
    actor: Principal,
    id: string,
    patch: UpdateEntryDto,
    ifMatch: string | undefined,
  ): Promise<JournalEntry> {
    assertCan(canWriteJournal(actor));
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const current = isId(id) ? await this.entries.find(actor.orgId, actor.userId, id) : null;
      const cipher = current && (await this.encryption.ofReader(actor.orgId, actor.userId));
      if (!current || !cipher) throw entryNotFound();
      const changed = await this.attempt(actor, cipher, current, patch, ifMatch);
      if (changed) return changed;
    }
    throw new TooManyEntryWriters();
  }

  /** Null if another request has changed it first. */
  private async attempt(
    actor: Principal,
    cipher: UserCipher,
    stored: ReadEntry,
    patch: UpdateEntryDto,
    ifMatch: string | undefined,
  ): Promise<JournalEntry | null> {
    const current = openEntry(cipher, stored);
    assertIfMatch(ifMatch, toEntryResponse(current));
    const changes = changesOf(current, patch);
    if (Object.keys(changes).length === 0) return current;
    const next = { ...current, ...changes };
    assertNotEmpty(next);
    await this.references.assertKnown(actor, changes);
    const at = new Date(Math.max(this.clock.now().getTime(), stored.updated_at.getTime() + 1));
    const effects = [
      entryUpdated(actor, stored, at),
      entryCounted(stored, [current.entry_date, next.entry_date], at),
    ];
    const fields = { ...(await fieldsOf(cipher, next, changes)), updated_at: at };
    const changed = await this.entries.change(stored, fields, effects);
    if (!changed) return null;
    await this.effects.deliver(journalCollection, stored._id, effects);
    return openEntry(cipher, changed);
  }
}

/** The changed fields as they are stored. The blind index covers the whole entry. */
async function fieldsOf(
  cipher: UserCipher,
  next: JournalEntry,
  changes: Partial<JournalEntry>,
): Promise<Partial<StoredEntry>> {
  const { entry_date: date, ...facts } = changes;
  const texts = sealTexts(cipher, next.id, changes);
  return {
    ...facts,
    ...texts,
    ...(Object.keys(texts).length > 0 && {
      words: await wordCountOf(next),
      tokens: await tokensOf(cipher, next),
    }),
    ...(date !== undefined && { entry_date: dateAsStored(date), month_day: monthDayOf(date) }),
  };
}
