import { Injectable, Logger } from '@nestjs/common';

import { newId } from '../../common/ids/ids.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import type { OwnedCollection } from '../collections/owned-collection.js';
import { type Deduplicated, DeduplicatedDocuments } from '../ingest/deduplicated.mongo.repository.js';
import type { Document } from '../projections/projection.js';
import { CountJournal, type JournalEntry } from './count-journal.mongo.repository.js';
import { type CountRule, WRITE_FIELD } from './count-rule.js';
import { Counting } from './counting.js';
import { CountingTuning } from './counting-tuning.js';

/**
 * Inserts documents and counts each exactly once, even if a process dies in between. A journal entry is written before
 * the insert and removed after the count. `CountRecovery` counts the inserts of an entry that was left behind.
 */
@Injectable()
export class CountedInserts {
  private readonly logger = new Logger(CountedInserts.name);

  constructor(
    private readonly deduplicated: DeduplicatedDocuments,
    private readonly journal: CountJournal,
    private readonly counting: Counting,
    private readonly tuning: CountingTuning,
  ) {}

  /** Like `DeduplicatedDocuments.insert`. The inserted documents are counted when it resolves, or soon after. */
  async insert(
    owned: OwnedCollection,
    rule: CountRule,
    documents: readonly Document[],
  ): Promise<Deduplicated[]> {
    const startedAt = performance.now();
    const entries = entriesOf(documents);
    const writeIds = new Map(entries.map((entry) => [entry.organization_id, entry._id]));
    await this.journal.open(rule, entries);
    const named = documents.map((document) => ({
      ...document,
      [WRITE_FIELD]: writeIds.get(orgOf(document)),
    }));
    const outcomes = await this.deduplicated.insert(owned, named);
    const inserted = named.filter((_, index) => {
      const outcome = outcomes[index];
      return outcome?.kind === 'inserted' && !outcome.isEarlier;
    });
    // After this limit the recovery may have begun to count it.
    if (performance.now() - startedAt < this.tuning.ownMs) await this.count(rule, entries, inserted);
    return outcomes;
  }

  private async count(
    rule: CountRule,
    entries: readonly JournalEntry[],
    inserted: readonly Document[],
  ): Promise<void> {
    try {
      if (!(await this.counting.count(rule, inserted))) return;
    } catch (error) {
      // The documents are stored and the journal names them, so the recovery counts them.
      if (error instanceof StoreUnavailable) this.logger.debug('The recovery counts what was inserted');
      else this.logger.error({ err: error }, 'Documents were inserted and could not be counted');
      return;
    }
    void this.close(rule, entries);
  }

  /** The caller does not wait for it. An entry that stays open is counted again, which changes nothing. */
  private async close(rule: CountRule, entries: readonly JournalEntry[]): Promise<void> {
    try {
      await this.journal.close(
        rule,
        entries.map(({ _id }) => _id),
      );
    } catch (error) {
      if (error instanceof StoreUnavailable) this.logger.debug('The recovery closes journal entries');
      else this.logger.warn({ err: error }, 'Journal entries could not be closed; the recovery does');
    }
  }
}

const orgOf = (document: Document): string => String(document['organization_id']);

const entriesOf = (documents: readonly Document[]): JournalEntry[] =>
  [...Map.groupBy(documents, orgOf)].map(([orgId, ofOrg]) => ({
    _id: newId(),
    organization_id: orgId,
    document_ids: ofOrg.map(({ _id }) => _id),
  }));
