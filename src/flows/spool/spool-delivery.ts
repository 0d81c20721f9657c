import { Injectable, Logger } from '@nestjs/common';

import { TaggedCache } from '../../cache/tagged-cache.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { IngestedDocuments, type Insertion } from '../ingest/ingested-documents.mongo.repository.js';
import type { RowOutcome } from '../queue/leased-rows.pg.repository.js';
import { SpoolCounters } from './spool-counters.js';
import { type LeasedDocument, SpoolQueue } from './spool-queue.pg.repository.js';

/**
 * Writes leased documents to MongoDB, replaces the cache tags, and only then removes the documents from the spool. If
 * a crash in between causes a repeat, the repeat changes nothing, because the insert of an existing document is
 * skipped.
 */
@Injectable()
export class SpoolDelivery {
  private readonly logger = new Logger(SpoolDelivery.name);

  constructor(
    private readonly documents: IngestedDocuments,
    private readonly queue: SpoolQueue,
    private readonly cache: TaggedCache,
    private readonly counters: SpoolCounters,
  ) {}

  /**
   * `batch` is in the order of positions. Returns how many are in MongoDB now. Rejects with `StoreUnavailable` if the
   * outcome could not be recorded in PostgreSQL. Then the documents are delivered again when their leases end.
   */
  async deliver(batch: readonly LeasedDocument[]): Promise<number> {
    const results = await this.write(batch);
    const inserted = batch.filter((_, index) => isDelivered(results[index]));
    const areTagsFresh = await this.cache.invalidate([
      ...new Set(inserted.flatMap(({ ingested }) => ingested.tags)),
    ]);
    this.counters.delivered += inserted.length;
    await this.queue.settle(
      batch.map((leased, index) => outcomeOf(leased, results[index] ?? 'held', areTagsFresh)),
    );
    return inserted.length;
  }

  /**
   * Replaces the tags of documents that were delivered while the cache could not be reached. Stops if it still cannot
   * be reached.
   */
  async sweepTags(): Promise<void> {
    for (;;) {
      const { ids, tags } = await this.queue.staleTags();
      if (ids.length === 0 || !(await this.cache.invalidate(tags))) return;
      await this.queue.remove(ids);
    }
  }

  private async write(batch: readonly LeasedDocument[]): Promise<Insertion[]> {
    try {
      const results = await this.documents.insert(
        batch.map(({ ingested }) => ingested),
        { holds: true },
      );
      for (const [index, result] of results.entries()) {
        if (!(result instanceof Error)) continue;
        this.counters.failed += 1;
        const id = batch[index]?.ingested.document._id;
        this.logger.warn(`Document ${id} could not be delivered: ${result.message}`);
      }
      return results;
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      this.logger.debug('MongoDB does not answer: the documents wait');
      return batch.map(() => 'held');
    }
  }
}

function outcomeOf(
  { ingested, attempts }: LeasedDocument,
  result: Insertion,
  areTagsFresh: boolean,
): RowOutcome {
  const outcome = { id: ingested.document._id, attempts, areTagsFresh, error: null };
  if (result === 'held') return { ...outcome, kind: 'deferred' };
  if (!(result instanceof Error)) return { ...outcome, kind: 'delivered' };
  // PostgreSQL's text and jsonb cannot hold a null character.
  return { ...outcome, kind: 'failed', error: result.message.replaceAll('\0', '').slice(0, 1_000) };
}

/** A duplicate that counts as stored is delivered too. */
const isDelivered = (result: Insertion | undefined): boolean =>
  result !== undefined && result !== 'held' && !(result instanceof Error);
