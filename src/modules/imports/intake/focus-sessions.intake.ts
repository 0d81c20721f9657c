import { Injectable } from '@nestjs/common';
import type { z } from 'zod';

import { Invalid } from '../../../common/errors/kinds.js';
import { Clock } from '../../../common/time/clock.js';
import { hasEnded } from '../../focus-sessions/focus-session-state.js';
import { PastFocusSessions, type PastSession } from '../../focus-sessions/past-focus-sessions.service.js';
import { SessionStillActive } from '../imports.errors.js';
import type { SourceItem } from '../reading/import-source.js';
import { derivedId } from './derived-id.js';
import { importedSession, momentOf, planned } from './imported-items.js';
import type { ImportTarget, Intake, PlannedItem } from './intake.js';

@Injectable()
export class FocusSessionsIntake implements Intake {
  readonly isReferredTo = false;

  constructor(
    private readonly past: PastFocusSessions,
    private readonly clock: Clock,
  ) {}

  plan({ actor, isDryRun }: ImportTarget, items: readonly SourceItem[]): Promise<PlannedItem[]> {
    const plans = items.map((item) =>
      planned(importedSession, item, (session) => {
        const id = derivedId(actor, 'focus_sessions', session.id);
        return {
          ...{ index: item.index, sourceId: session.id, ids: [session.id, id] },
          take: async () => {
            const past = pastOf(id, session, this.clock.now());
            if (!isDryRun) await this.past.record(actor, past);
          },
        };
      }),
    );
    return Promise.resolve(plans);
  }

  known({ actor }: ImportTarget, ids: readonly string[]): Promise<ReadonlySet<string>> {
    return this.past.known(actor, ids);
  }
}

/** Throws `SessionStillActive`, `Invalid`. */
function pastOf(_id: string, session: z.output<typeof importedSession>, now: Date): PastSession {
  const { session_type, planned_duration_seconds, state, productivity_rating } = session;
  if (!hasEnded(state)) throw new SessionStillActive();
  const started_at = momentOf(session.started_at, now);
  const ended_at = session.ended_at === null ? null : momentOf(session.ended_at, now);
  if (ended_at === null || ended_at < started_at)
    throw new Invalid([{ path: 'ended_at', code: 'before_start', message: 'must be after `started_at`' }]);
  const pauses = session.pauses.map((pause) => ({
    started_at: new Date(pause.started_at),
    ended_at: pause.ended_at === null ? ended_at : new Date(pause.ended_at),
  }));
  return {
    ...{
      _id,
      session_type,
      planned_duration_seconds,
      state,
      productivity_rating,
      pauses,
      started_at,
      ended_at,
    },
    claimed_seconds: session.elapsed_seconds,
    ...(session.last_tick_at !== null && { last_tick_at: momentOf(session.last_tick_at, now) }),
    created_at: momentOf(session.created_at ?? session.started_at, now),
    updated_at: momentOf(session.updated_at ?? session.started_at, now),
  };
}
