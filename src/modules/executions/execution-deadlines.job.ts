import { Injectable } from '@nestjs/common';

import { Clock } from '../../common/time/clock.js';
import { type PeriodicJob, ScheduledJob } from '../../flows/scheduler/scheduled-job.js';
import { ExecutionEnded, IllegalExecutionMove } from './executions.errors.js';
import { ExecutionsRepository } from './executions.mongo.repository.js';
import { ExecutionsService } from './executions.service.js';

const BATCH = 200;

/**
 * Ends executions in `timed_out` that have not ended at their deadline. Every 2 s by the index of deadlines, because a job in
 * PostgreSQL could not be scheduled in one transaction with a document of MongoDB.
 */
@Injectable()
@ScheduledJob()
export class ExecutionDeadlines implements PeriodicJob {
  readonly name = 'executions.deadlines';
  readonly kind = 'periodic';
  readonly everyMs = 2_000;

  constructor(
    private readonly executions: ExecutionsRepository,
    private readonly service: ExecutionsService,
    private readonly clock: Clock,
  ) {}

  async run(): Promise<void> {
    for (const execution of await this.executions.overdue(this.clock.now(), BATCH)) {
      try {
        await this.service.timeOut(execution);
      } catch (error) {
        // It has ended since it was read.
        if (!(error instanceof ExecutionEnded || error instanceof IllegalExecutionMove)) throw error;
      }
    }
  }
}
