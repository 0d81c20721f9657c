import { Injectable } from '@nestjs/common';

import { TaggedCache } from '../../cache/tagged-cache.js';
import { tags } from '../../cache/tags.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { isId, madeAt, newId } from '../../common/ids/ids.js';
import { Clock } from '../../common/time/clock.js';
import { Ingest } from '../../flows/ingest/ingest.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { FOCUS_SESSIONS_COLLECTION, type FocusTick } from './focus-session.js';
import { hasEnded } from './focus-session-state.js';
import { activeSeconds } from './focus-time.js';
import { FocusSessionEnded } from './focus-sessions.errors.js';
import { FocusSessionsRepository } from './focus-sessions.mongo.repository.js';
import { canFocus } from './focus-sessions.policy.js';
import { focusSessionNotFound } from './focus-sessions.service.js';
import { type TickedSession, tickedSessionOf, timesOf } from './ticked-session.js';

const KNOWN_MS = 3_600_000;

/** The outcome of ticks. `isSpooled`: MongoDB is away; the ticks are durable and will be counted. */
export interface TakenTicks {
  seconds: number;
  isSpooled: boolean;
}

export const tickAggregate = (sessionId: string): string =>
  JSON.stringify([FOCUS_SESSIONS_COLLECTION, sessionId]);

/** Accepts the ticks of focus sessions. Ticks of all sessions that arrive together share one write. */
@Injectable()
export class FocusTicks {
  constructor(
    private readonly sessions: FocusSessionsRepository,
    private readonly ingest: Ingest,
    private readonly cache: TaggedCache,
    private readonly clock: Clock,
  ) {}

  /**
   * Of several ticks only the greatest counts. Throws `NotFound`, `FocusSessionEnded`, and `StoreUnavailable` if no
   * store takes them.
   */
  async add(actor: Principal, id: string, claims: readonly number[]): Promise<TakenTicks> {
    assertCan(canFocus(actor));
    if (!isId(id)) throw focusSessionNotFound();
    const arrivedAt = this.clock.now();
    const seconds = Math.min(Math.max(...claims), await this.most(actor, id, arrivedAt));
    const tick: FocusTick = {
      _id: newId(),
      organization_id: actor.orgId,
      user_id: actor.userId,
      session_id: id,
      seconds,
      arrived_at: arrivedAt,
    };
    const [outcome] = await this.ingest.accept([
      {
        orgId: actor.orgId,
        collection: FOCUS_SESSIONS_COLLECTION,
        aggregate: tickAggregate(id),
        document: tick,
        subjectUserId: null,
        // No tag, because answers with the elapsed time are not cached.
        tags: [],
      },
    ]);
    if (outcome?.kind === 'refused') throw outcome.error;
    return { seconds, isSpooled: outcome?.kind === 'spooled' };
  }

  /**
   * The most that a tick can have counted. If MongoDB is away and the session is not cached, its id tells when it
   * began.
   */
  private async most(actor: Principal, id: string, arrivedAt: Date): Promise<number> {
    try {
      const session = await this.known(actor, id);
      if (!session) throw focusSessionNotFound();
      if (hasEnded(session.state)) throw new FocusSessionEnded(session.state);
      return activeSeconds(timesOf(session), arrivedAt);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      return activeSeconds({ started_at: madeAt(id), ended_at: null, pauses: [] }, arrivedAt);
    }
  }

  /** Cached, so that a tick costs one write. The entry is replaced with every change of the session. */
  private known({ orgId, userId }: Principal, id: string): Promise<TickedSession | null> {
    const request = {
      orgId,
      key: `focus-sessions:ticked:${userId}:${id}`,
      tags: [tags.entity(orgId, 'focus-sessions', id)],
      ttlMs: KNOWN_MS,
      route: 'focus-sessions.ticked',
    };
    return this.cache.readJson(request, async () => {
      const session = await this.sessions.find(orgId, userId, id);
      return session && tickedSessionOf(session);
    });
  }
}
