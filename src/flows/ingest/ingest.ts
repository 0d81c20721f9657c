import { Injectable, Logger } from '@nestjs/common';

import { TaggedCache } from '../../cache/tagged-cache.js';
import { Mongo } from '../../stores/mongo/mongo.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { GroupCommit } from '../queue/group-commit.js';
import { Spool } from '../spool/spool.js';
import type { IngestedDocument, IngestOutcome } from './ingested-document.js';
import { IngestedDocuments, ingestLimits, sizeOf } from './ingested-documents.mongo.repository.js';

/** The size of these groups is bounded already, because their documents have passed `writes`. */
const TAG_LIMITS = { perFlush: 1_000, waiting: Infinity };

interface Sized {
  ingested: IngestedDocument;
  bytes: number;
}

/** A document under way, and its outcome once its group was written. */
interface PendingDocument extends Sized {
  outcome: IngestOutcome;
}

/**
 * Accepts documents that MongoDB owns. The documents of concurrent callers share writes: the first goes at once, and
 * those that arrive while a write is under way go together in the next. Documents are spooled if MongoDB cannot be
 * reached.
 */
@Injectable()
export class Ingest {
  private readonly logger = new Logger(Ingest.name);
  private readonly writes: GroupCommit<PendingDocument>;
  private readonly staleTags: GroupCommit<string>;

  constructor(
    private readonly mongo: Mongo,
    private readonly documents: IngestedDocuments,
    private readonly spool: Spool,
    cache: TaggedCache,
  ) {
    this.writes = new GroupCommit<PendingDocument>(
      ingestLimits(({ bytes }) => bytes),
      (group) => this.write(group),
    );
    this.staleTags = new GroupCommit<string>(TAG_LIMITS, async (tags) => {
      await cache.invalidate([...new Set(tags)]);
    });
  }

  /**
   * An outcome for each document, in their order. A stored document is readable, and its cache tags are replaced.
   * Rejects with `StoreUnavailable` if neither store can be reached; a write that was sent may have been carried out
   * then. Rejects with `GroupsFull` if more documents wait than this process may hold.
   */
  async accept(batch: readonly IngestedDocument[]): Promise<IngestOutcome[]> {
    return this.apart(batch, (sendable) => this.acceptSendable(sendable));
  }

  /**
   * Like `accept`, for a request that is one transaction with its record (`Idempotency-Key`). The documents become
   * durable in the spool, with the transaction or not at all, and go to MongoDB before the request is answered.
   */
  async acceptInTransaction(batch: readonly IngestedDocument[]): Promise<IngestOutcome[]> {
    const kind = this.mongo.takesWrites ? 'stored' : 'spooled';
    return this.apart(batch, async (sendable) => {
      if (sendable.length > 0) await this.spool.addInTransaction(sendable.map(({ ingested }) => ingested));
      return sendable.map(() => ({ kind }));
    });
  }

  /** Separates documents that the driver cannot send from the others of their group. */
  private async apart(
    batch: readonly IngestedDocument[],
    take: (sendable: readonly Sized[]) => Promise<IngestOutcome[]>,
  ): Promise<IngestOutcome[]> {
    const sizes = batch.map(({ document }) => sizeOf(document));
    const sendable = batch.flatMap((ingested, index) => {
      const bytes = sizes[index];
      return typeof bytes === 'number' ? [{ ingested, bytes }] : [];
    });
    const outcomes = (await take(sendable)).values();
    return sizes.map((size) => {
      const outcome =
        size instanceof Error ? { kind: 'refused' as const, error: size } : outcomes.next().value;
      if (!outcome) throw new Error('A document has no outcome');
      return outcome;
    });
  }

  private async acceptSendable(batch: readonly Sized[]): Promise<IngestOutcome[]> {
    if (!this.mongo.takesWrites) return this.spoolAll(batch);
    const underway = batch.map((sized): PendingDocument => ({ ...sized, outcome: { kind: 'stored' } }));
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

  private async write(group: readonly PendingDocument[]): Promise<void> {
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

  private async spoolAll(batch: readonly Sized[]): Promise<IngestOutcome[]> {
    await this.spool.add(batch.map(({ ingested }) => ingested));
    return batch.map(() => ({ kind: 'spooled' }));
  }
}
