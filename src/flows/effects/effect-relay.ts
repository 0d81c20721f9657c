import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';

import { Clock } from '../../common/time/clock.js';
import { Config } from '../../config/config.js';
import { Mongo } from '../../stores/mongo/mongo.js';
import type { OwnedCollection } from '../collections/owned-collection.js';
import { RelayLoop } from '../queue/relay-loop.js';
import { EffectCollections } from './effect-collections.js';
import { EffectDelivery } from './effect-delivery.js';
import { EffectTuning } from './effect-tuning.js';
import { EffectWakeup } from './effect-wakeup.js';
import { PendingEffects } from './pending-effects.mongo.repository.js';

/**
 * Applies the effects that no request has applied. Any number of processes may run a relay, because each claims the
 * effects that it applies.
 */
@Injectable()
export class EffectRelay implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop: RelayLoop;
  private sweepAt = 0;

  constructor(
    private readonly config: Config,
    private readonly mongo: Mongo,
    private readonly collections: EffectCollections,
    private readonly pending: PendingEffects,
    private readonly delivery: EffectDelivery,
    private readonly clock: Clock,
    private readonly tuning: EffectTuning,
    wakeup: EffectWakeup,
  ) {
    this.loop = new RelayLoop(EffectRelay.name, wakeup, tuning.pollMs, () => this.step());
  }

  onApplicationBootstrap(): void {
    if (this.config.processRole !== 'api') this.loop.start();
  }

  /** Claims nothing more and finishes what it has claimed. */
  beforeApplicationShutdown(): Promise<void> {
    return this.loop.stop();
  }

  private async step(): Promise<number> {
    if (!this.mongo.takesWrites) return this.tuning.pollMs;
    await this.sweep();
    let applied = 0;
    for (const collection of this.collections.all) applied += await this.deliverDue(collection);
    return applied > 0 ? 0 : this.tuning.pollMs;
  }

  private async sweep(): Promise<void> {
    const now = performance.now();
    if (now < this.sweepAt) return;
    for (const collection of this.collections.all) await this.pending.removeDeleted(collection);
    this.sweepAt = now + this.tuning.sweepMs;
  }

  private async deliverDue(collection: OwnedCollection): Promise<number> {
    const due = await this.pending.claim(collection, this.clock.now());
    if (due.length === 0) return 0;
    const outcomes = await this.delivery.apply(due);
    await this.pending.record(outcomes, this.clock.now());
    return outcomes.filter(({ kind }) => kind === 'applied').length;
  }
}
