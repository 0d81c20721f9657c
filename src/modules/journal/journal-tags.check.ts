import { Injectable } from '@nestjs/common';

import type { Check, ComparedBatch, Difference } from '../../flows/reconciliation/check.js';
import { TagsReadModel } from '../tags/tags.pg.read-model.js';
import { JournalAudit } from './journal-audit.mongo.repository.js';
import { JOURNAL_COLLECTION, type StoredEntry } from './journal-entry.js';
import { journalTags } from './journal.events.js';

type Tagged = Pick<StoredEntry, '_id' | 'organization_id' | 'user_id' | 'tag_ids'>;

/** Checks that the tags of an entry belong to its person. */
@Injectable()
export class JournalTagsCheck implements Check {
  readonly name = 'journal-tags';

  constructor(
    private readonly audit: JournalAudit,
    private readonly tags: TagsReadModel,
  ) {}

  async *compare(): AsyncGenerator<ComparedBatch> {
    for await (const batch of this.audit.batches('tag_ids')) {
      const differences: Difference[] = [];
      const owners = Map.groupBy(batch, (entry) => `${entry.organization_id}/${entry.user_id}`);
      for (const entries of owners.values()) {
        const owned = await this.ownedBy(entries);
        const wrong = entries.filter(({ tag_ids: ids }) => ids.some((id) => !owned.has(id)));
        for (const entry of wrong)
          // A tag may have been deleted since the entry was read.
          if ((await this.foreignOf(entry._id)).length > 0) differences.push(differenceOf(entry));
      }
      yield { compared: batch.length, differences };
    }
  }

  async repair({ id }: Difference): Promise<string> {
    const foreign = await this.foreignOf(String(id));
    if (foreign.length === 0) return 'found it right already';
    await this.audit.pullTags(String(id), foreign);
    return 'took the tags off';
  }

  private async foreignOf(id: string): Promise<string[]> {
    const entry = await this.audit.find(id);
    if (!entry) return [];
    const owned = await this.ownedBy([entry]);
    return entry.tag_ids.filter((tagId) => !owned.has(tagId));
  }

  private async ownedBy(entries: readonly Tagged[]): Promise<ReadonlySet<string>> {
    const [first] = entries;
    if (!first) return new Set();
    return this.tags.ownedBy(
      first.organization_id,
      first.user_id,
      entries.flatMap(({ tag_ids: ids }) => ids),
    );
  }
}

const differenceOf = ({ _id, organization_id: orgId }: Tagged): Difference => ({
  kind: 'different',
  record: `${JOURNAL_COLLECTION}/${_id}`,
  id: _id,
  detail: 'tag_ids, of which its person has not all',
  tags: journalTags(orgId, _id),
});
