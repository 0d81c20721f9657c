import { Injectable } from '@nestjs/common';
import { z } from 'zod';

import { type DueJob, type IdempotentJob, ScheduledJob } from '../../../flows/scheduler/scheduled-job.js';
import { ScheduleService } from './schedule.service.js';
import { SCHEDULE_JOB } from './schedule-triggers.service.js';

const payload = z.object({ flagId: z.string(), scheduleId: z.string() });

/** The change and the end of its schedule are one update of one document, so that a repeated run does nothing. */
@Injectable()
@ScheduledJob()
export class DueScheduleJob implements IdempotentJob<z.output<typeof payload>> {
  readonly kind = 'idempotent';
  readonly name = SCHEDULE_JOB;
  readonly payload = payload;

  constructor(private readonly schedules: ScheduleService) {}

  run({ orgId, payload: { flagId, scheduleId } }: DueJob<z.output<typeof payload>>): Promise<void> {
    return this.schedules.carryOut(orgId, flagId, scheduleId);
  }
}
