import { Injectable } from '@nestjs/common';

import { Clock } from '../../common/time/clock.js';
import { type PeriodicJob, ScheduledJob } from '../../flows/scheduler/scheduled-job.js';
import { ExecutionEnded, IllegalExecutionMove } from './executions.errors.js';
import { ExecutionsRepository } from './executions.mongo.repository.js';
import { ExecutionsService } from './executions.service.js';

const BATCH = 200;

/**
 * Moves executions that have not ended at their deadline to `timed_out`. It searches the index of deadlines every 2 s,
 * because a job in PostgreSQL cannot be scheduled in one transaction with a document of MongoDB.
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
        // The execution has ended since it was read.
        if (!(error instanceof ExecutionEnded || error instanceof IllegalExecutionMove)) throw error;
      }
    }
  }
}
