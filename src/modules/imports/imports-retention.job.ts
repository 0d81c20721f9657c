import { Injectable } from '@nestjs/common';

import { Clock } from '../../common/time/clock.js';
import { type PeriodicJob, ScheduledJob } from '../../flows/scheduler/scheduled-job.js';
import { ExpiredImports } from './expired-imports.pg.repository.js';

/** Removes the reports of imports that are seven days old. The retention of exports removes the files. */
@ScheduledJob()
@Injectable()
export class ImportsRetention implements PeriodicJob {
  readonly name = 'imports.retention';
  readonly kind = 'periodic';
  readonly everyMs = 3_600_000;

  constructor(
    private readonly requests: ExpiredImports,
    private readonly clock: Clock,
  ) {}

  async run({ signal }: { signal: AbortSignal }): Promise<void> {
    await this.requests.remove(this.clock.now(), signal);
  }
}
