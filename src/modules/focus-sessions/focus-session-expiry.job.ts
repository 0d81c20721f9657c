import { Injectable } from '@nestjs/common';

import { Clock } from '../../common/time/clock.js';
import { type PeriodicJob, ScheduledJob } from '../../flows/scheduler/scheduled-job.js';
import { SpoolBacklog } from '../../flows/spool/spool-backlog.pg.repository.js';
import { expiryOf } from './focus-time.js';
import { FocusSessionsRepository } from './focus-sessions.mongo.repository.js';
import { FocusSessionsService } from './focus-sessions.service.js';
import { tickAggregate } from './focus-ticks.service.js';

const BATCH = 500;

/**
 * Ends sessions without a tick for twice their planned duration. Ticks do not change `look_at`, so that they cost no
 * index entry. If a session turns out to have newer ticks when it is examined, `look_at` moves to the moment at which
 * it is due according to the latest one. A tick that waits in the spool counts too.
 */
@Injectable()
@ScheduledJob()
export class FocusSessionExpiry implements PeriodicJob {
  readonly name = 'focus-sessions.expiry';
  readonly kind = 'periodic';
  readonly everyMs = 2_000;

  constructor(
    private readonly sessions: FocusSessionsRepository,
    private readonly service: FocusSessionsService,
    private readonly spool: SpoolBacklog,
    private readonly clock: Clock,
  ) {}

  async run(): Promise<void> {
    const now = this.clock.now();
    const due = await this.sessions.toLookAt(now, BATCH);
    const waiting = await this.spool.withWaiting(due.map(({ _id }) => tickAggregate(_id)));
    for (const session of due.filter(({ _id }) => !waiting.has(tickAggregate(_id)))) {
      const expiresAt = expiryOf(session);
      if (expiresAt > now) await this.sessions.lookLater(session, expiresAt);
      else await this.service.expire(session);
    }
  }
}
