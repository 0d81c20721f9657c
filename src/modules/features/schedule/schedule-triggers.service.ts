import { Injectable } from '@nestjs/common';

import { Scheduler } from '../../../flows/scheduler/scheduler.js';
import { Postgres } from '../../../stores/postgres/postgres.js';

export const SCHEDULE_JOB = 'features.schedule';

/** Identifies one trigger: the flag's id and the schedule. */
export interface Trigger {
  orgId: string;
  flagId: string;
  scheduleId: string;
}

const refOf = ({ orgId, scheduleId }: Trigger) => ({ job: SCHEDULE_JOB, orgId, key: scheduleId });

/** Schedules when to examine a flag. The flag's document determines whether there is something to do then. */
@Injectable()
export class ScheduleTriggers {
  constructor(
    private readonly postgres: Postgres,
    private readonly scheduler: Scheduler,
  ) {}

  async set(trigger: Trigger, at: Date): Promise<void> {
    const { flagId, scheduleId } = trigger;
    await this.postgres.transaction((tx) =>
      this.scheduler.at(tx, { ...refOf(trigger), at, payload: { flagId, scheduleId } }),
    );
  }

  async cancel(trigger: Trigger): Promise<void> {
    await this.postgres.transaction((tx) => this.scheduler.cancel(tx, refOf(trigger)));
  }
}
