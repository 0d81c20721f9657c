import { Injectable } from '@nestjs/common';

import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { madeAt, newIdAt } from '../../common/ids/ids.js';
import { Clock } from '../../common/time/clock.js';
import { localDateOf } from '../../common/time/local-days.js';
import { FieldEncryption } from '../field-encryption/field-encryption.js';
import { TimeZones } from '../users/time-zones.service.js';
import { EntryPlaces } from './entry-places.service.js';
import { EntryReferences } from './entry-references.service.js';
import { sealEntry } from './entry-sealing.js';
import { assertNotEmpty } from './entry-texts.js';
import type { JournalEntry } from './journal-entry.js';
import type { CreateEntryDto } from './journal.dto.js';
import { canWriteJournal } from './journal.policy.js';

/** Creates an entry: encrypted, and durable in PostgreSQL until it is in MongoDB. */
@Injectable()
export class EntryCreation {
  constructor(
    private readonly references: EntryReferences,
    private readonly encryption: FieldEncryption,
    private readonly places: EntryPlaces,
    private readonly zones: TimeZones,
    private readonly clock: Clock,
  ) {}

  /** Throws `EmptyEntry`, `UnknownReferences`, `TooManyWords`, `EntryLimitReached`. */
  async create(actor: Principal, input: CreateEntryDto): Promise<JournalEntry> {
    assertCan(canWriteJournal(actor));
    assertNotEmpty(input);
    await this.references.assertKnown(actor, input);
    const entry = await this.entryOf(actor, input, newIdAt(this.clock.now()));
    const cipher = await this.encryption.forUser(actor.orgId, actor.userId);
    await this.places.take(actor, await sealEntry(cipher, actor, entry));
    return entry;
  }

  /** The entry as `create` returned it for this input, because only the id of that answer was stored. */
  repeated(actor: Principal, input: CreateEntryDto, id: string): Promise<JournalEntry> {
    assertCan(canWriteJournal(actor));
    return this.entryOf(actor, input, id);
  }

  private async entryOf(actor: Principal, input: CreateEntryDto, id: string): Promise<JournalEntry> {
    const at = madeAt(id);
    const today = async () => localDateOf(at, await this.zones.of(actor.orgId, actor.userId));
    return { ...input, id, entry_date: input.entry_date ?? (await today()), created_at: at, updated_at: at };
  }
}
