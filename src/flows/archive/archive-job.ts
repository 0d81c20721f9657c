import { Injectable, Logger } from '@nestjs/common';

import { type PeriodicJob, ScheduledJob } from '../scheduler/scheduled-job.js';
import { Archive } from './archive.js';

const HOUR_MS = 3_600_000;

/** Archives the documents that have passed their retention since the last run. */
@ScheduledJob()
@Injectable()
export class ArchiveJob implements PeriodicJob {
  readonly name = 'archive.run';
  readonly kind = 'periodic';
  readonly everyMs = HOUR_MS;
  readonly timeoutMs = HOUR_MS;
  private readonly logger = new Logger(ArchiveJob.name);

  constructor(private readonly archive: Archive) {}

  async run({ signal }: { signal: AbortSignal }): Promise<void> {
    const { files, removed } = await this.archive.run(signal);
    if (files > 0) this.logger.log({ files, removed }, 'Archived what was beyond its retention');
  }
}
