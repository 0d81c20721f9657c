import { Injectable } from '@nestjs/common';

import { Clock } from '../../../common/time/clock.js';
import { type PeriodicJob, ScheduledJob } from '../../../flows/scheduler/scheduled-job.js';
import { FeatureFlagsRepository } from '../feature-flags.mongo.repository.js';
import { SegmentsRepository } from '../segments.mongo.repository.js';
import { FeatureMetricsRepository } from './feature-metrics.mongo.repository.js';

const DAY_MS = 86_400_000;
const METRICS_KEPT_MS = 90 * DAY_MS;

/** Removes counts that are older than 90 days, and deleted flags and segments whose activity entries are written. */
@Injectable()
@ScheduledJob()
export class CleaningJob implements PeriodicJob {
  readonly kind = 'periodic';
  readonly name = 'features.cleaning';
  readonly everyMs = 3_600_000;

  constructor(
    private readonly flags: FeatureFlagsRepository,
    private readonly segments: SegmentsRepository,
    private readonly metrics: FeatureMetricsRepository,
    private readonly clock: Clock,
  ) {}

  async run(): Promise<void> {
    await this.flags.forgetDeleted();
    await this.segments.forgetDeleted();
    await this.metrics.deleteBefore(new Date(this.clock.now().getTime() - METRICS_KEPT_MS));
  }
}
