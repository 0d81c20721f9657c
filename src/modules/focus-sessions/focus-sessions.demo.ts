import { Injectable } from '@nestjs/common';

import { Clock } from '../../common/time/clock.js';
import { type DemoOwner, type DemoStep, principalOf } from '../../flows/demo/demo-step.js';
import { FocusSessionsService } from './focus-sessions.service.js';

const DAY_MS = 86_400_000;
/** At eight, nine and ten o'clock (UTC) of the last days. */
const HOURS = [8, 9, 9, 10, 9, 8];
const SECONDS = [1_500, 1_500, 900, 1_500, 1_200, 1_500];

/** Focus sessions of the last days, so that the insights are not empty. */
@Injectable()
export class FocusSessionsDemo implements DemoStep {
  constructor(
    private readonly sessions: FocusSessionsService,
    private readonly clock: Clock,
  ) {}

  async seed(owner: DemoOwner): Promise<readonly string[]> {
    const actor = principalOf(owner);
    if ((await this.sessions.list(actor, {}, 1, null)).length > 0) return [];
    const today = Math.floor(this.clock.now().getTime() / DAY_MS) * DAY_MS;
    for (const [index, hour] of HOURS.entries())
      await this.sessions.record(actor, {
        session_type: index % 2 === 0 ? 'pomodoro' : 'deep_work',
        planned_duration_seconds: 1_500,
        started_at: new Date(today + (index - HOURS.length) * DAY_MS + hour * 3_600_000),
        seconds: SECONDS[index] ?? 1_500,
        productivity_rating: 3 + (index % 3),
      });
    return [`${HOURS.length} focus sessions`];
  }
}
