import { Injectable, Logger } from '@nestjs/common';

import { TaggedCache } from '../../cache/tagged-cache.js';
import { Clock } from '../../common/time/clock.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { ProjectedDocuments } from '../projections/projected.mongo.repository.js';
import type { ProjectedWrite } from '../projections/projection.js';
import { Projections } from '../projections/projections.js';
import { AwaitedDeliveries } from './awaited-deliveries.js';
import { aggregateKey, changesAddress, type RecordedEvent } from './domain-event.js';
import { OutboxCounters } from './outbox-counters.js';
import type { LeasedEvent, Outcome } from './outbox-queue.pg.repository.js';

/** If every event of so many records is refused, that is no coincidence of poison events. */
const MANY_RECORDS = 10;

interface PlacedWrite {
  /** The event's index in the batch. */
  index: number;
  write: ProjectedWrite;
}

/**
 * Writes leased events to MongoDB, one `bulkWrite` for each collection, and then replaces the cache tags. Returns the
 * outcome of each event. The caller marks the events afterwards, so none is marked before it is written.
 */
@Injectable()
export class Delivery {
  private readonly logger = new Logger(Delivery.name);

  constructor(
    private readonly projections: Projections,
    private readonly documents: ProjectedDocuments,
    private readonly cache: TaggedCache,
    private readonly awaited: AwaitedDeliveries,
    private readonly counters: OutboxCounters,
    private readonly clock: Clock,
  ) {}

  /** `batch` is in the order of positions. If MongoDB does not answer, every event is deferred. */
  async deliver(batch: readonly LeasedEvent[]): Promise<Outcome[]> {
    const stale = batch.filter((leased) => !leased.areTagsFresh);
    const [areEventTagsFresh, progress] = await Promise.all([
      this.cache.invalidate(unique(stale.flatMap(({ event }) => event.tags))),
      this.write(batch),
    ]);
    const delivered = batch
      .filter((_, index) => progress.kindOf(index) === 'delivered')
      .map(({ event }) => event);
    const areCopyTagsFresh = await this.cache.invalidate(
      unique(delivered.flatMap((event) => this.projections.tags(event))),
    );
    this.awaited.arrived(delivered.filter((event) => !changesAddress(event)).map((event) => event.id));
    this.count(delivered);
    this.counters.failed += progress.errors.size;
    return batch.map(({ event, attempts, areTagsFresh }, index): Outcome => {
      const kind = progress.kindOf(index);
      const isFresh = (areTagsFresh || areEventTagsFresh) && (kind !== 'delivered' || areCopyTagsFresh);
      return {
        id: event.id,
        kind,
        attempts,
        areTagsFresh: isFresh,
        error: progress.errors.get(index) ?? null,
        hasFollowers: changesAddress(event),
        hasContent: Boolean(event.content),
      };
    });
  }

  private count(delivered: readonly RecordedEvent[]): void {
    this.counters.delivered += delivered.length;
    const now = this.clock.now().getTime();
    // PostgreSQL's clock may be ahead of ours.
    for (const { recordedAt } of delivered) this.counters.onVisible(Math.max(0, now - recordedAt.getTime()));
  }

  private async write(batch: readonly LeasedEvent[]): Promise<BatchProgress> {
    const progress = new BatchProgress(batch);
    const byCollection = this.project(batch, progress);
    try {
      for (const [collection, writes] of byCollection) await this.writeTo(collection, writes, progress);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      this.logger.debug('MongoDB does not answer: the events wait');
      progress.interrupt();
    }
    if (progress.isRefusedThroughout) {
      this.logger.warn(
        `MongoDB refuses all ${batch.length} events of many records, which wait: ${progress.firstError}`,
      );
      progress.holdAll();
    }
    for (const [index, error] of progress.errors) {
      this.logger.warn(`Event ${batch[index]?.event.id} could not be delivered: ${error}`);
    }
    return progress;
  }

  private async writeTo(
    collection: string,
    writes: readonly PlacedWrite[],
    progress: BatchProgress,
  ): Promise<void> {
    const open = ({ index }: PlacedWrite): boolean => progress.kindOf(index) === 'delivered';
    let rest = writes.filter(open);
    while (rest.length > 0) {
      const refused = await this.documents.write(
        collection,
        rest.map(({ write }) => write),
      );
      if (!refused) return;
      const at = rest[refused.index];
      if (!at) throw refused.error;
      progress.fail(at.index, refused.error);
      rest = rest.slice(refused.index + 1).filter(open);
    }
  }

  private project(batch: readonly LeasedEvent[], progress: BatchProgress): Map<string, PlacedWrite[]> {
    const byCollection = new Map<string, PlacedWrite[]>();
    for (const [index, { event }] of batch.entries()) {
      try {
        for (const write of this.projections.writes(event)) {
          const writes = byCollection.get(write.collection) ?? [];
          writes.push({ index, write });
          byCollection.set(write.collection, writes);
        }
      } catch (error) {
        progress.fail(index, error instanceof Error ? error : new Error(String(error)));
      }
    }
    return byCollection;
  }
}

/** The progress of a batch. A failure holds back the later events of its aggregate, and no others. */
class BatchProgress {
  readonly errors = new Map<number, string>();
  private readonly blockedFrom = new Map<string, number>();
  private isInterrupted = false;

  constructor(private readonly batch: readonly LeasedEvent[]) {}

  fail(index: number, error: Error): void {
    // PostgreSQL's text and jsonb cannot hold a null character.
    this.errors.set(index, error.message.replaceAll('\0', '').slice(0, 1_000));
    const key = this.keyOf(index);
    this.blockedFrom.set(key, Math.min(index, this.blockedFrom.get(key) ?? index));
  }

  /**
   * Every record is refused, and there are many. So the fault is in MongoDB, and healthy events would lose their
   * attempts.
   */
  get isRefusedThroughout(): boolean {
    return (
      this.blockedFrom.size >= MANY_RECORDS &&
      !this.batch.some((_, index) => this.kindOf(index) === 'delivered')
    );
  }

  get firstError(): string {
    return this.errors.values().next().value ?? '';
  }

  /** Defers all events without counting an attempt. */
  holdAll(): void {
    this.errors.clear();
    this.interrupt();
  }

  interrupt(): void {
    this.isInterrupted = true;
  }

  kindOf(index: number): Outcome['kind'] {
    if (this.errors.has(index)) return 'failed';
    const isBlocked = index > (this.blockedFrom.get(this.keyOf(index)) ?? Infinity);
    return isBlocked || this.isInterrupted ? 'deferred' : 'delivered';
  }

  private keyOf(index: number): string {
    const leased = this.batch[index];
    return leased ? aggregateKey(leased.event.aggregate) : '';
  }
}

const unique = (tags: readonly string[]): string[] => [...new Set(tags)];
