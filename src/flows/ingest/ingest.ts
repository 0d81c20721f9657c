import { Injectable, Logger } from '@nestjs/common';

import { TaggedCache } from '../../cache/tagged-cache.js';
import { Mongo } from '../../stores/mongo/mongo.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { GroupCommit } from '../queue/group-commit.js';
import { Spool } from '../spool/spool.js';
import type { IngestedDocument, IngestOutcome } from './ingested-document.js';
import { IngestedDocuments } from './ingested-documents.mongo.repository.js';

const GROUP_LIMIT = 1_000;

/** A document on its way, and, once its group was written, what became of it. */
interface Underway {
  ingested: IngestedDocument;
  outcome: IngestOutcome;
}

/**
 * Takes documents that belong to MongoDB. Those of concurrent callers go into one write: the first goes at once, and
 * what arrives while it is under way goes together. Where MongoDB cannot be reached they are spooled.
 */
@Injectable()
export class Ingest {
  private readonly logger = new Logger(Ingest.name);
  private readonly writes: GroupCommit<Underway>;
  private readonly staleTags: GroupCommit<string>;

  constructor(
    private readonly mongo: Mongo,
    private readonly documents: IngestedDocuments,
    private readonly spool: Spool,
    cache: TaggedCache,
  ) {
    this.writes = new GroupCommit(GROUP_LIMIT, (group) => this.write(group));
    this.staleTags = new GroupCommit(GROUP_LIMIT, async (tags) => {
      await cache.invalidate([...new Set(tags)]);
    });
  }

  /**
   * An outcome for each, in their order; what is stored is readable, its cache tags replaced. Rejects with
   * `StoreUnavailable` where neither store can be reached; a write that was sent may have been carried out then.
   */
  async accept(batch: readonly IngestedDocument[]): Promise<IngestOutcome[]> {
    if (!this.mongo.liveness.isUp) return this.spoolAll(batch);
    const underway = batch.map((ingested): Underway => ({ ingested, outcome: { kind: 'stored' } }));
    try {
      await this.writes.add(underway);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      return this.spoolAll(batch);
    }
    const stored = underway.filter(({ outcome }) => outcome.kind === 'stored');
    await this.staleTags.add(stored.flatMap(({ ingested }) => ingested.tags));
    return underway.map(({ outcome }) => outcome);
  }

  /**
   * As `accept`, for a request that is one transaction with its record (`Idempotency-Key`): the documents become
   * durable with it or not at all, through the spool, and go to MongoDB before the request is answered.
   */
  async acceptInTransaction(batch: readonly IngestedDocument[]): Promise<IngestOutcome[]> {
    const kind = this.mongo.liveness.isUp ? 'stored' : 'spooled';
    await this.spool.addInTransaction(batch);
    return batch.map(() => ({ kind }));
  }

  private async write(group: readonly Underway[]): Promise<void> {
    const results = await this.documents.insert(
      group.map(({ ingested }) => ingested),
      { holds: false },
    );
    for (const [index, underway] of group.entries()) {
      const result = results[index];
      if (typeof result === 'object' && 'known' in result)
        underway.outcome = { kind: 'known', id: result.known };
      if (!(result instanceof Error)) continue;
      this.logger.error({ err: result }, `MongoDB refused a document of ${underway.ingested.collection}`);
      underway.outcome = { kind: 'refused', error: result };
    }
  }

  private async spoolAll(batch: readonly IngestedDocument[]): Promise<IngestOutcome[]> {
    await this.spool.add(batch);
    return batch.map(() => ({ kind: 'spooled' }));
  }
}
