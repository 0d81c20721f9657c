import { Injectable } from '@nestjs/common';

import { Clock } from '../../common/time/clock.js';
import { type PeriodicJob, ScheduledJob } from '../../flows/scheduler/scheduled-job.js';
import { InvitationsRepository } from './invitations.pg.repository.js';

/** Deletes expired invitations, and the addresses in them. */
@ScheduledJob()
@Injectable()
export class ForgetInvitations implements PeriodicJob {
  readonly name = 'invitations.forget';
  readonly kind = 'periodic';
  readonly everyMs = 3_600_000;

  constructor(
    private readonly invitations: InvitationsRepository,
    private readonly clock: Clock,
  ) {}

  async run(): Promise<void> {
    await this.invitations.forgetExpired(this.clock.now());
  }
}
