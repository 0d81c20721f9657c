import { Injectable } from '@nestjs/common';

import type { Principal } from '../../../common/http/principal.js';
import { assertCan } from '../../../common/http/scopes.js';
import { Clock } from '../../../common/time/clock.js';
import { canReadFeatures } from '../features.policy.js';
import { FeatureMetricsRepository } from '../metrics/feature-metrics.mongo.repository.js';
import type { LoadedFlag } from '../snapshots/flag-snapshot.js';
import { FlagSnapshots } from '../snapshots/flag-snapshots.service.js';
import { type StaleReason, staleReasons, UNUSED_AFTER_MS } from './stale-reasons.js';

export interface StaleFlag {
  flag: LoadedFlag;
  reasons: readonly StaleReason[];
  lastSeen: Date | null;
}

/** Flags that can probably be removed. Throws `Forbidden`, `StoreUnavailable`. */
@Injectable()
export class StaleService {
  constructor(
    private readonly snapshots: FlagSnapshots,
    private readonly metrics: FeatureMetricsRepository,
    private readonly clock: Clock,
  ) {}

  /** In the order of their keys, after `afterKey`, and one more than `limit` if it exists. */
  async list(actor: Principal, limit: number, afterKey: string | null): Promise<StaleFlag[]> {
    assertCan(canReadFeatures(actor));
    const now = this.clock.now();
    const since = new Date(now.getTime() - UNUSED_AFTER_MS);
    const [{ snapshot }, seen] = await Promise.all([
      this.snapshots.current(actor.orgId),
      this.metrics.lastSeen(actor.orgId, since),
    ]);
    return snapshot.flags
      .filter(({ key }) => afterKey === null || key > afterKey)
      .map((flag) => ({
        flag,
        reasons: staleReasons(flag.config, flag.createdAt, seen.get(flag.key), now),
        lastSeen: seen.get(flag.key) ?? null,
      }))
      .filter(({ reasons }) => reasons.length > 0)
      .slice(0, limit + 1);
  }
}
