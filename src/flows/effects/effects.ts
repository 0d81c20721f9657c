import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';

import { TaggedCache } from '../../cache/tagged-cache.js';
import { Clock } from '../../common/time/clock.js';
import { within } from '../../common/time/within.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import type { OwnedCollection } from '../collections/owned-collection.js';
import { GroupCommit } from '../queue/group-commit.js';
import { pendingOf, REQUEST_MS } from './carrying.js';
import type { Effect } from './effect.js';
import { EffectDelivery } from './effect-delivery.js';
import type { CarriedEffect, EffectOutcome } from './effect-outcome.js';
import { EffectTuning } from './effect-tuning.js';
import { PendingEffects } from './pending-effects.mongo.repository.js';

/** Beyond these limits a relay takes over the effects that requests have stored. */
const LIMITS = { perFlush: 500, waiting: 20_000 };

/** Applies the effects of a change right after it, so that the caller can read the result once it has the answer. */
@Injectable()
export class Effects implements BeforeApplicationShutdown {
  private readonly logger = new Logger(Effects.name);
  private readonly deliveries: GroupCommit<CarriedEffect>;
  private readonly records: GroupCommit<EffectOutcome>;

  constructor(
    private readonly delivery: EffectDelivery,
    private readonly pending: PendingEffects,
    private readonly cache: TaggedCache,
    private readonly clock: Clock,
    private readonly tuning: EffectTuning,
  ) {
    this.deliveries = new GroupCommit(LIMITS, (batch) => this.apply(batch));
    this.records = new GroupCommit(LIMITS, (outcomes) => this.pending.record(outcomes, this.clock.now()));
  }

  /**
   * Call it after the write that stored the effects with the document. When it resolves, the cache tags of the
   * document are replaced, and the effects are applied unless that takes longer than the budget. Never rejects,
   * because a relay finds in the document the effects that were not applied.
   */
  async deliver(collection: OwnedCollection, documentId: string, effects: readonly Effect[]): Promise<void> {
    const carried = effects.map((effect) => this.carriedBy(collection, documentId, effect, false));
    await Promise.all([
      this.replaceTags(effects),
      within(
        this.attempt(async () => this.deliveries.add(carried)),
        this.tuning.visibleWithinMs,
      ),
    ]);
  }

  /**
   * Like `deliver`, after an update with `deletedWith`, which marked the document as deleted. When it resolves, the
   * document is removed too and its unique keys are free, unless that takes longer than the budget.
   */
  async remove(collection: OwnedCollection, documentId: string, effects: readonly Effect[]): Promise<void> {
    const carried = effects.map((effect) => this.carriedBy(collection, documentId, effect, true));
    const removed = this.attempt(async () => {
      const outcomes = await this.delivery.apply(carried);
      await this.pending.record(outcomes, this.clock.now());
    });
    await Promise.all([this.replaceTags(effects), within(removed, this.tuning.visibleWithinMs)]);
  }

  /** Finishes what requests have begun, or leaves it to a relay. */
  async beforeApplicationShutdown(): Promise<void> {
    await within(this.idle(), this.tuning.drainMs);
  }

  private carriedBy(
    collection: OwnedCollection,
    documentId: string,
    effect: Effect,
    isDeleted: boolean,
  ): CarriedEffect {
    const applyBeforeMs = performance.now() + REQUEST_MS - this.tuning.claimReserveMs;
    return { collection, documentId, effect: pendingOf(effect), isDeleted, applyBeforeMs };
  }

  private async idle(): Promise<void> {
    await this.deliveries.idle();
    await this.records.idle();
  }

  private async replaceTags(effects: readonly Effect[]): Promise<void> {
    const tags = new Set(effects.flatMap((effect) => effect.tags));
    if (tags.size > 0) await this.cache.invalidate([...tags]);
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (error instanceof StoreUnavailable) this.logger.debug('A relay applies effects again');
      else
        this.logger.error(
          { err: error },
          'Effects could not be applied after their change; a relay takes over',
        );
    }
  }

  private async apply(batch: readonly CarriedEffect[]): Promise<void> {
    void this.record(await this.delivery.apply(batch));
  }

  /**
   * The caller does not wait for it. An effect whose outcome is not recorded is applied again, which changes nothing.
   */
  private async record(outcomes: readonly EffectOutcome[]): Promise<void> {
    try {
      await this.records.add(outcomes);
    } catch (error) {
      if (error instanceof StoreUnavailable) this.logger.debug('A relay records effects again');
      else this.logger.error({ err: error }, 'Effects could not be recorded; a relay takes over');
    }
  }
}
