import { Injectable } from '@nestjs/common';

import { Clock } from '../../common/time/clock.js';
import { type PeriodicJob, ScheduledJob } from '../../flows/scheduler/scheduled-job.js';
import { RoomEventsRepository } from './room-events.pg.repository.js';

/** Deletes events that are too old for any client to continue from. */
@ScheduledJob()
@Injectable()
export class RoomEventsRetention implements PeriodicJob {
  readonly name = 'rooms.events-retention';
  readonly kind = 'periodic';
  readonly everyMs = 3_600_000;

  constructor(
    private readonly events: RoomEventsRepository,
    private readonly clock: Clock,
  ) {}

  async run(): Promise<void> {
    await this.events.deleteOld(this.clock.now());
  }
}
