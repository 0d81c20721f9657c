import { Injectable } from '@nestjs/common';

import { Clock } from '../../common/time/clock.js';
import { type PeriodicJob, ScheduledJob } from '../../flows/scheduler/scheduled-job.js';
import { ExpiredExports } from './expired-exports.pg.repository.js';
import { PrivateFiles } from './files/private-files.service.js';

/** Removes exports that are seven days old, and the files of exports and imports. */
@ScheduledJob()
@Injectable()
export class ExportsRetention implements PeriodicJob {
  readonly name = 'exports.retention';
  readonly kind = 'periodic';
  readonly everyMs = 3_600_000;
  readonly timeoutMs = 600_000;

  constructor(
    private readonly requests: ExpiredExports,
    private readonly files: PrivateFiles,
    private readonly clock: Clock,
  ) {}

  async run({ signal }: { signal: AbortSignal }): Promise<void> {
    const now = this.clock.now();
    await this.requests.remove(now, signal);
    await this.files.removeExpired(now, signal);
  }
}
