import { Injectable } from '@nestjs/common';

import { Clock } from '../../common/time/clock.js';
import { addDays, localDateOf } from '../../common/time/local-days.js';
import { type PeriodicJob, ScheduledJob } from '../../flows/scheduler/scheduled-job.js';
import { PromptSetsRepository } from './prompt-sets.mongo.repository.js';

const KEPT_DAYS = 30;
/** The zone in which a day ends last. A day that is over there is over everywhere. */
const LAST_ZONE = 'Etc/GMT+12';

/** Removes the sets of days that have been over for 30 days. */
@Injectable()
@ScheduledJob()
export class PromptSetsRetention implements PeriodicJob {
  readonly name = 'prompts.sets-retention';
  readonly kind = 'periodic';
  readonly everyMs = 3_600_000;

  constructor(
    private readonly sets: PromptSetsRepository,
    private readonly clock: Clock,
  ) {}

  async run({ signal }: { signal: AbortSignal }): Promise<void> {
    const today = localDateOf(this.clock.now(), LAST_ZONE);
    await this.sets.removeBefore(addDays(today, -KEPT_DAYS), signal);
  }
}
