import { Injectable } from '@nestjs/common';

import type { Check, ComparedBatch, Difference } from '../../flows/reconciliation/check.js';
import { EntryPlaces } from './entry-places.service.js';
import type { Reservation } from './entry-reservation.js';
import { EntryReservationsReadModel } from './entry-reservations.pg.read-model.js';
import { JournalAudit } from './journal-audit.mongo.repository.js';
import { JOURNAL_COLLECTION, type StoredEntry } from './journal-entry.js';
import { journalTags } from './journal.events.js';

const BATCH = 500;

/**
 * Checks that every reservation has its entry in MongoDB, and every entry its reservation. Entries under way are left
 * out.
 */
@Injectable()
export class JournalEntriesCheck implements Check {
  readonly name = 'journal-entries';

  constructor(
    private readonly audit: JournalAudit,
    private readonly reservations: EntryReservationsReadModel,
    private readonly places: EntryPlaces,
  ) {}

  async *compare(): AsyncGenerator<ComparedBatch> {
    yield* this.withoutEntry();
    yield* this.withoutPlace();
  }

  async repair({ id }: Difference): Promise<string | null> {
    const entry = await this.audit.find(String(id));
    const place = await this.reservations.find(String(id));
    if (entry && place) return 'found it right already';
    // The content is lost here, so it has to be restored from a backup.
    if (place) {
      const owner = { _id: place.id, organization_id: place.orgId, user_id: place.userId };
      await this.places.giveBack({ userId: null, apiKeyId: null }, owner);
      return 'gave its place back';
    }
    if (!entry) return 'found it gone already';
    const isOwned = entry.deleted_at === null && (await this.places.restore(entry));
    if (isOwned) return 'took a place for it';
    await this.audit.remove(entry._id);
    return 'removed it';
  }

  private async *withoutEntry(): AsyncGenerator<ComparedBatch> {
    for (let after: string | null = null; ;) {
      const batch: Reservation[] = await this.reservations.after(after, BATCH);
      const last = batch.at(-1);
      if (!last) return;
      const existing = await this.audit.existing(batch.map(({ id }) => id));
      const missing = await this.certain(batch.filter(({ id }) => !existing.has(id)));
      const differences = batch.filter(({ id }) => missing.has(id));
      yield {
        compared: batch.length,
        differences: differences.map(({ id, orgId }) =>
          differenceOf('missing', id, orgId, 'a place is taken, and there is no entry'),
        ),
      };
      after = last.id;
    }
  }

  private async *withoutPlace(): AsyncGenerator<ComparedBatch> {
    for await (const batch of this.audit.batches()) {
      const known = await this.reservations.known(batch.map(({ _id }) => _id));
      const extra = await this.certain(batch.filter(({ _id }) => !known.has(_id)).map(namedOf));
      const differences = batch.filter(({ _id }) => extra.has(_id));
      yield {
        compared: batch.length,
        differences: differences.map(
          ({ _id, organization_id: orgId }: Pick<StoredEntry, '_id' | 'organization_id'>) =>
            differenceOf('extra', _id, orgId, 'no place is taken for it'),
        ),
      };
    }
  }

  /** Reads them again: those that still differ and for which no event is under way. */
  private async certain(entries: readonly Named[]): Promise<ReadonlySet<string>> {
    if (entries.length === 0) return new Set();
    const ids = entries.map(({ id }) => id);
    const onTheirWay = await this.reservations.onTheirWay(entries);
    const [places, existing] = await Promise.all([this.reservations.known(ids), this.audit.existing(ids)]);
    return new Set(ids.filter((id) => !onTheirWay.has(id) && places.has(id) !== existing.has(id)));
  }
}

type Named = Omit<Reservation, 'createdAt'>;

const namedOf = (entry: Pick<StoredEntry, '_id' | 'organization_id' | 'user_id'>): Named => ({
  id: entry._id,
  orgId: entry.organization_id,
  userId: entry.user_id,
});

const differenceOf = (kind: 'missing' | 'extra', id: string, orgId: string, detail: string): Difference => ({
  kind,
  record: `${JOURNAL_COLLECTION}/${id}`,
  id,
  detail,
  tags: journalTags(orgId, id),
});
