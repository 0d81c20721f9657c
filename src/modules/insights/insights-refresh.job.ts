import { Injectable } from '@nestjs/common';

import { type PeriodicJob, ScheduledJob } from '../../flows/scheduler/scheduled-job.js';
import { InsightBuilder } from './insight-builder.service.js';
import { UserAnalyticsRepository } from './user-analytics.mongo.repository.js';

const BATCH = 200;

/** Counts what changes have marked, a second after them at the most where there is little. */
@Injectable()
@ScheduledJob()
export class InsightsRefresh implements PeriodicJob {
  readonly name = 'insights.refresh';
  readonly kind = 'periodic';
  readonly everyMs = 1_000;

  constructor(
    private readonly analytics: UserAnalyticsRepository,
    private readonly builder: InsightBuilder,
  ) {}

  /** One whose records change all the time is left to the next run. */
  async run({ signal }: { signal: AbortSignal }): Promise<void> {
    for (;;) {
      const stale = await this.analytics.stale(BATCH);
      let refreshed = 0;
      for (const { organization_id: orgId, user_id: userId } of stale) {
        signal.throwIfAborted();
        if (await this.builder.refresh({ orgId, userId })) refreshed += 1;
      }
      if (stale.length < BATCH || refreshed === 0) return;
    }
  }
}
