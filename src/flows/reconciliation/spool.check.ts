import { Injectable } from '@nestjs/common';

import { TaggedCache } from '../../cache/tagged-cache.js';
import { IngestedDocuments } from '../ingest/ingested-documents.mongo.repository.js';
import type { Check, ComparedBatch, Difference } from './check.js';
import { type DeadDocument, DeadDocuments } from './dead-documents.pg.repository.js';
import { Documents } from './documents.mongo.repository.js';

/**
 * A dead letter of the spool was acknowledged, but is not in MongoDB. A document that still waits in the spool is
 * under way.
 */
@Injectable()
export class SpoolCheck implements Check {
  readonly name = 'spool';

  constructor(
    private readonly dead: DeadDocuments,
    private readonly documents: Documents,
    private readonly ingested: IngestedDocuments,
    private readonly cache: TaggedCache,
  ) {}

  async *compare(): AsyncGenerator<ComparedBatch> {
    for await (const rows of this.dead.batches()) {
      const missing: DeadDocument[] = [];
      for (const [collection, group] of Map.groupBy(rows, (row) => row.collection)) {
        const ids = group.map(({ id }) => id);
        const found = await this.documents.byIds(collection, ids, ['_id']);
        missing.push(...group.filter(({ id }) => !found.has(id)));
      }
      // Asked last, because a dead letter that was retried meanwhile is under way or delivered.
      const dead = await this.dead.stillDead(missing.map(({ id }) => id));
      yield {
        compared: rows.length,
        differences: missing.filter(({ id }) => dead.has(id)).map(differenceOf),
      };
    }
  }

  async repair({ id }: Difference): Promise<string | null> {
    const document = await this.dead.find(String(id));
    if (!document) return 'found it retried already';
    const [result] = await this.ingested.insert([document], { holds: false });
    // MongoDB still refuses it, so a person has to remove the cause.
    if (result === 'held' || result instanceof Error) return null;
    await this.cache.invalidate(document.tags);
    await this.dead.remove(String(id));
    return 'inserted it from the spool';
  }
}

const differenceOf = ({ id, collection, tags }: DeadDocument): Difference => ({
  kind: 'missing',
  record: `${collection}/${id}`,
  id,
  detail: 'acknowledged, and given up by the spool',
  tags,
});
