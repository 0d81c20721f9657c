import { Injectable } from '@nestjs/common';

import { type DemoOwner, type DemoStep, principalOf } from '../../flows/demo/demo-step.js';
import { FocusSessionsService } from './focus-sessions.service.js';

const TYPES = ['pomodoro', 'deep_work', 'reading'];

/** Three focus sessions that are over, as short as the time that this takes. */
@Injectable()
export class FocusSessionsDemo implements DemoStep {
  constructor(private readonly sessions: FocusSessionsService) {}

  async seed(owner: DemoOwner): Promise<readonly string[]> {
    const actor = principalOf(owner);
    if ((await this.sessions.list(actor, {}, 1, null)).length > 0) return [];
    for (const [index, session_type] of TYPES.entries()) {
      const plan = { session_type, planned_duration_seconds: 1_500 };
      const { _id } = await this.sessions.start(actor, plan, null);
      await this.sessions.move(actor, _id, 'paused', null);
      await this.sessions.move(actor, _id, 'resumed', null);
      if (index === 2) await this.sessions.move(actor, _id, 'abandoned', null);
      else await this.sessions.move(actor, _id, 'completed', null, 4 + index);
    }
    return [`${TYPES.length} focus sessions`];
  }
}
