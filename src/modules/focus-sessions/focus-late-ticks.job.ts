import { Injectable } from '@nestjs/common';

import { Clock } from '../../common/time/clock.js';
import { Effects } from '../../flows/effects/effects.js';
import { type PeriodicJob, ScheduledJob } from '../../flows/scheduler/scheduled-job.js';
import { countedOf } from './focus-session.effects.js';
import { focusSessionsCollection } from './focus-sessions.collection.js';
import { FocusSessionsRepository } from './focus-sessions.mongo.repository.js';

const BATCH = 500;

/**
 * A tick that was accepted while MongoDB was away may be counted after the end of its session. Then insights are
 * informed again.
 */
@Injectable()
@ScheduledJob()
export class FocusLateTicks implements PeriodicJob {
  readonly name = 'focus-sessions.late-ticks';
  readonly kind = 'periodic';
  readonly everyMs = 2_000;

  constructor(
    private readonly sessions: FocusSessionsRepository,
    private readonly effects: Effects,
    private readonly clock: Clock,
  ) {}

  async run(): Promise<void> {
    for (const session of await this.sessions.withLateTicks(BATCH)) {
      const effects = [countedOf(session, this.clock.now())];
      if (await this.sessions.addLateTickEffects(session, effects))
        await this.effects.deliver(focusSessionsCollection, session._id, effects);
    }
  }
}
