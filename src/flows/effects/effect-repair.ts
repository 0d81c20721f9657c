import { Injectable } from '@nestjs/common';

import { Clock } from '../../common/time/clock.js';
import type { OwnedCollection } from '../collections/owned-collection.js';
import type { DeadEffect, PendingEffect } from './effect.js';
import { EffectDeadLetters } from './effect-dead-letters.mongo.repository.js';
import { EffectDelivery } from './effect-delivery.js';
import { PendingEffects } from './pending-effects.mongo.repository.js';

/** Applies one effect that no relay applies. */
@Injectable()
export class EffectRepair {
  constructor(
    private readonly delivery: EffectDelivery,
    private readonly pending: PendingEffects,
    private readonly letters: EffectDeadLetters,
    private readonly clock: Clock,
  ) {}

  /** False: the effect is still refused, so an operator has to remove the cause first. */
  async apply(
    collection: OwnedCollection,
    documentId: string,
    effect: PendingEffect | DeadEffect,
  ): Promise<boolean> {
    // The effect is overdue and no relay has claimed it, so there is no claim that could end.
    const carried = { collection, documentId, effect, isDeleted: false, applyBeforeMs: Infinity };
    const [outcome] = await this.delivery.apply([carried]);
    if (outcome?.kind !== 'applied' && outcome?.kind !== 'notInvalidated') return false;
    if ('dead_at' in effect) await this.letters.retry([effect._id]);
    await this.pending.record([outcome], this.clock.now());
    return true;
  }
}
