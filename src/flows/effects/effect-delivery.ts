import { Injectable, Logger } from '@nestjs/common';

import { TaggedCache } from '../../cache/tagged-cache.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { ProjectedDocuments } from '../projections/projected.mongo.repository.js';
import type { ProjectedWrite } from '../projections/projection.js';
import type { EffectHandler } from './effect.js';
import type { CarriedEffect, CountedWrite, EffectOutcome } from './effect-outcome.js';

interface PlacedWrite {
  progress: EffectProgress;
  /** The index of the write within its effect. */
  place: number;
  write: ProjectedWrite;
}

/** Applies effects, one `bulkWrite` for each collection that they change, and then replaces the cache tags. */
@Injectable()
export class EffectDelivery {
  private readonly logger = new Logger(EffectDelivery.name);

  constructor(
    private readonly documents: ProjectedDocuments,
    private readonly cache: TaggedCache,
  ) {}

  /**
   * Returns an outcome for each effect of `batch`, in its order. The caller records them afterwards, so no effect is
   * removed before it is applied.
   */
  async apply(batch: readonly CarriedEffect[]): Promise<EffectOutcome[]> {
    const all = batch.map((carried) => new EffectProgress(carried));
    await this.write(all.flatMap((progress) => progress.placedWrites()));
    const applied = all.filter((progress) => progress.isComplete);
    const tags = new Set(applied.flatMap((progress) => progress.tags()));
    const areInvalidated = tags.size === 0 || (await this.cache.invalidate([...tags]));
    for (const { carried, error } of all) {
      if (error) this.logger.warn(`Effect ${carried.effect._id} could not be applied: ${error}`);
    }
    return all.map((progress) => progress.outcome(areInvalidated));
  }

  private async write(placed: readonly PlacedWrite[]): Promise<void> {
    try {
      for (const [collection, writes] of Map.groupBy(placed, ({ write }) => write.collection))
        await this.writeTo(collection, writes);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      this.logger.debug('MongoDB does not answer: the effects wait');
    }
  }

  private async writeTo(collection: string, writes: readonly PlacedWrite[]): Promise<void> {
    const isOpen = ({ progress }: PlacedWrite): boolean =>
      progress.error === null && performance.now() < progress.carried.applyBeforeMs;
    let rest = writes.filter(isOpen);
    while (rest.length > 0) {
      const refused = await this.documents.write(
        collection,
        rest.map(({ write }) => write),
      );
      const applied = refused ? rest.slice(0, refused.index) : rest;
      for (const { progress, place } of applied) progress.done.add(place);
      if (!refused) return;
      const at = rest[refused.index];
      if (!at) throw refused.error;
      at.progress.fail(refused.error);
      rest = rest.slice(refused.index + 1).filter(isOpen);
    }
  }
}

/** The progress of one effect. */
class EffectProgress {
  readonly done: Set<number>;
  error: string | null = null;
  private readonly handler: EffectHandler | null;
  private writes: readonly ProjectedWrite[] = [];

  constructor(readonly carried: CarriedEffect) {
    const { collection, effect } = carried;
    this.done = new Set(effect.done);
    this.handler = collection.effects?.find(({ kind }) => kind === effect.kind) ?? null;
    if (!this.handler)
      this.fail(new Error(`${collection.name} declares no effects of the kind ${effect.kind}`));
    else if (!effect.is_applied) this.project(this.handler);
  }

  get isComplete(): boolean {
    return this.error === null && this.writes.every((_, place) => this.done.has(place));
  }

  placedWrites(): PlacedWrite[] {
    return this.writes.flatMap((write, place) =>
      this.done.has(place) ? [] : [{ progress: this, place, write }],
    );
  }

  tags(): readonly string[] {
    const { effect } = this.carried;
    return [...effect.tags, ...(this.handler?.tags(effect) ?? [])];
  }

  fail(error: Error): void {
    this.error = error.message.slice(0, 1_000);
  }

  outcome(areInvalidated: boolean): EffectOutcome {
    const { carried, error } = this;
    if (error !== null) return { ...carried, kind: 'failed', error, done: [...this.done] };
    if (!this.isComplete) return { ...carried, kind: 'deferred', done: [...this.done] };
    return {
      ...carried,
      kind: areInvalidated ? 'applied' : 'notInvalidated',
      counted: this.writes.flatMap(countedBy),
    };
  }

  private project(handler: EffectHandler): void {
    try {
      this.writes = handler.writes(this.carried.effect).map(unsettled);
    } catch (error) {
      this.fail(error instanceof Error ? error : new Error(String(error)));
    }
  }
}

/** What is counted stays unsettled until the effect has left its document (`EffectSettlement`). */
const unsettled = (write: ProjectedWrite): ProjectedWrite =>
  'applyOnce' in write ? { ...write, applyOnce: { ...write.applyOnce, isUnsettled: true } } : write;

const countedBy = (write: ProjectedWrite): CountedWrite[] =>
  'applyOnce' in write
    ? [{ collection: write.collection, _id: write.applyOnce._id, by: write.applyOnce.by }]
    : [];
