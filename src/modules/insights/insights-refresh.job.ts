import { Injectable, Logger } from '@nestjs/common';

import { type PeriodicJob, ScheduledJob } from '../../flows/scheduler/scheduled-job.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { InsightBuilder } from './insight-builder.service.js';
import { UserAnalyticsRepository } from './user-analytics.mongo.repository.js';

const BATCH = 200;

/** Counts what changes have marked, a second after them where there is little. */
@Injectable()
@ScheduledJob()
export class InsightsRefresh implements PeriodicJob {
  readonly name = 'insights.refresh';
  readonly kind = 'periodic';
  readonly everyMs = 1_000;
  private readonly logger = new Logger(InsightsRefresh.name);

  constructor(
    private readonly analytics: UserAnalyticsRepository,
    private readonly builder: InsightBuilder,
  ) {}

  /** What could not be counted, because its records change all the time, is left to the next run. */
  async run({ signal }: { signal: AbortSignal }): Promise<void> {
    for (;;) {
      const stale = await this.analytics.stale(BATCH);
      let refreshed = 0;
      for (const { organization_id: orgId, user_id: userId } of stale) {
        signal.throwIfAborted();
        if (await this.refresh(orgId, userId)) refreshed += 1;
      }
      if (stale.length < BATCH || refreshed === 0) return;
    }
  }

  /** The insights of one person that cannot be counted do not hold up those of others. */
  private async refresh(orgId: string, userId: string): Promise<boolean> {
    try {
      return await this.builder.refresh({ orgId, userId });
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error;
      this.logger.error({ err: error }, `The insights of ${userId} in ${orgId} could not be counted`);
      return false;
    }
  }
}
