import { setTimeout as pause } from 'node:timers/promises';

import { EffectStats } from '../../flows/effects/effect-stats.mongo.repository.js';
import { OutboxStats } from '../../flows/outbox/outbox-stats.js';
import { UserAnalyticsRepository } from '../../modules/insights/user-analytics.mongo.repository.js';
import type { MoveTarget } from './move-target.js';

const POLL_MS = 500;
/** A service that is in use always has something under way: then the rest is left to its workers. */
const GIVE_UP_AFTER_MS = 30_000;
const COUNTED = 1_000;

/** Waits until what was moved has had its effects: activity entries, and insights. */
export class Settling {
  private readonly outbox: OutboxStats;
  private readonly effects: EffectStats;
  private readonly analytics: UserAnalyticsRepository;

  constructor({ app }: MoveTarget) {
    this.outbox = app.get(OutboxStats, { strict: false });
    this.effects = app.get(EffectStats, { strict: false });
    this.analytics = app.get(UserAnalyticsRepository, { strict: false });
  }

  /** Returns what is left to other workers. */
  async wait(onProgress: (underWay: number) => void): Promise<number> {
    let least = Infinity;
    let leastAt = performance.now();
    for (;;) {
      const underWay = await this.underWay();
      onProgress(underWay);
      if (underWay === 0) return 0;
      if (underWay < least) {
        least = underWay;
        leastAt = performance.now();
      } else if (performance.now() - leastAt > GIVE_UP_AFTER_MS) return underWay;
      await pause(POLL_MS);
    }
  }

  private async underWay(): Promise<number> {
    const { pending } = await this.outbox.snapshot();
    const effects = await this.effects.snapshot();
    return pending + effects.pending + (await this.analytics.stale(COUNTED)).length;
  }
}
