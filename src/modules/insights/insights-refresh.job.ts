import { Injectable, Logger } from '@nestjs/common';

import { type PeriodicJob, ScheduledJob } from '../../flows/scheduler/scheduled-job.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { InsightBuilder } from './insight-builder.service.js';
import { UserAnalyticsRepository } from './user-analytics.mongo.repository.js';

const BATCH = 200;

/** Counts what changes have marked, within a second if there is little. */
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

  /** If insights cannot be counted because their records change all the time, the next run counts them. */
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

  /** If the insights of one person cannot be counted, those of others are not delayed. */
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
