import { Injectable } from '@nestjs/common';

import { NotFound } from '../../common/errors/kinds.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { isId } from '../../common/ids/ids.js';
import { Clock } from '../../common/time/clock.js';
import type { Effect } from '../../flows/effects/effect.js';
import { Effects } from '../../flows/effects/effects.js';
import { violatedUniqueIndex } from '../../stores/mongo/mongo-errors.js';
import { IdempotentDocuments } from '../idempotency/documents/idempotent-documents.service.js';
import type { IdempotentRequest } from '../idempotency/documents/idempotent-request.js';
import { FOCUS_SESSIONS_COLLECTION, type FocusSession } from './focus-session.js';
import { effectsOf, type FocusEvent } from './focus-session.effects.js';
import { moved, newSession, type PastFocus, pastSession } from './focus-session-move.js';
import { canMove, type FocusState, hasEnded } from './focus-session-state.js';
import { focusSessionsCollection } from './focus-sessions.collection.js';
import type { StartFocusSessionDto } from './focus-sessions.dto.js';
import { FocusSessionActive, IllegalFocusMove, TooManyChanges } from './focus-sessions.errors.js';
import { FocusSessionsRepository } from './focus-sessions.mongo.repository.js';
import { canFocus, canReadFocusSessions } from './focus-sessions.policy.js';

/** Each try loses only to a change that succeeded, or to a tick. */
const ATTEMPTS = 50;

/** What moves a session, and into which state. */
const MOVES = {
  paused: 'paused',
  resumed: 'running',
  completed: 'completed',
  abandoned: 'abandoned',
} as const;
export type FocusMove = keyof typeof MOVES;

export const focusSessionNotFound = () => new NotFound('There is no such focus session.');

/** The caller's own focus sessions. Rejects with `StoreUnavailable` while MongoDB is away. */
@Injectable()
export class FocusSessionsService {
  constructor(
    private readonly sessions: FocusSessionsRepository,
    private readonly idempotent: IdempotentDocuments,
    private readonly effects: Effects,
    private readonly clock: Clock,
  ) {}

  /** Throws `FocusSessionActive`. */
  async start(
    actor: Principal,
    input: StartFocusSessionDto,
    request: IdempotentRequest | null,
  ): Promise<FocusSession> {
    assertCan(canFocus(actor));
    const earlier = await this.earlier(request);
    return (
      earlier ??
      this.append(actor, 'started', request, (number) => newSession(actor, input, number, this.clock.now()))
    );
  }

  /** Takes one in that was held before. Throws `FocusSessionActive`. */
  async record(actor: Principal, past: PastFocus): Promise<FocusSession> {
    assertCan(canFocus(actor));
    return this.append(actor, 'completed', null, (number) =>
      pastSession(actor, past, number, this.clock.now()),
    );
  }

  /** Newest first; one more than `limit`, where there is one. */
  list(
    actor: Principal,
    filter: { state?: FocusState | undefined },
    limit: number,
    beforeId: string | null,
  ): Promise<FocusSession[]> {
    assertCan(canReadFocusSessions(actor));
    return this.sessions.list(actor.orgId, actor.userId, filter, limit + 1, beforeId);
  }

  /** Throws `NotFound`. */
  async get(actor: Principal, id: string): Promise<FocusSession> {
    assertCan(canReadFocusSessions(actor));
    return this.known(actor, id);
  }

  /** The one that is running or paused. Throws `NotFound`. */
  async active(actor: Principal): Promise<FocusSession> {
    assertCan(canReadFocusSessions(actor));
    const session = await this.sessions.active(actor.orgId, actor.userId);
    if (!session) throw new NotFound('You have no active focus session.');
    return session;
  }

  /** Throws `NotFound`, `IllegalFocusMove`, `TooManyPauses`, `TooManyChanges`. */
  async move(
    actor: Principal,
    id: string,
    event: FocusMove,
    request: IdempotentRequest | null,
    rating: number | null = null,
  ): Promise<FocusSession> {
    assertCan(canFocus(actor));
    const earlier = await this.earlier(request);
    if (earlier) return earlier;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const current = await this.known(actor, id);
      const to = MOVES[event];
      if (!canMove(current.state, to)) throw new IllegalFocusMove(current.state, to);
      const done = await this.change(actor, current, event, to, rating, request);
      if (done) return done;
    }
    throw new TooManyChanges();
  }

  /** Ends one that had no tick for twice its plan. Nothing happens where it was changed meanwhile. */
  async expire(session: FocusSession): Promise<void> {
    await this.change(null, session, 'expired', 'expired', null, null);
  }

  /** Null where something was faster. */
  private async change(
    actor: Principal | null,
    current: FocusSession,
    event: FocusEvent,
    to: FocusState,
    rating: number | null,
    request: IdempotentRequest | null,
  ): Promise<FocusSession | null> {
    const fields = moved(current, to, this.clock.now(), rating);
    const effects = effectsOf(actor, event, { ...current, ...fields });
    const changed = await this.sessions.move(current, fields, effects, request);
    if (changed) await this.effects.deliver(focusSessionsCollection, changed._id, effects);
    return changed;
  }

  /** Inserts the session that follows on the last one. Throws `FocusSessionActive`, `TooManyChanges`. */
  private async append(
    actor: Principal,
    event: FocusEvent,
    request: IdempotentRequest | null,
    make: (number: number) => FocusSession,
  ): Promise<FocusSession> {
    let last = await this.lastStarted(actor);
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (last && !hasEnded(last.state)) throw new FocusSessionActive();
      const session = make((last?.number ?? 0) + 1);
      const stored = await this.insert(session, effectsOf(actor, event, session), request);
      if (stored) return stored;
      // Another start was faster, or the clock of another instance is ahead.
      last = await this.sessions.byNumber(actor.orgId, actor.userId, session.number);
    }
    throw new TooManyChanges();
  }

  /** The newest session that was started here. One that was moved in has a number below 1, and its id may be newer. */
  private async lastStarted({ orgId, userId }: Principal): Promise<FocusSession | null> {
    const [newest = null] = await this.sessions.list(orgId, userId, {}, 1, null);
    return newest && newest.number < 1 ? this.sessions.greatestNumber(orgId, userId) : newest;
  }

  /** Null where the number is taken. */
  private async insert(
    session: FocusSession,
    effects: readonly Effect[],
    request: IdempotentRequest | null,
  ): Promise<FocusSession | null> {
    try {
      return await this.idempotent.create(focusSessionsCollection, session, effects, request);
    } catch (error) {
      if (violatedUniqueIndex(error)?.includes('number')) return null;
      throw error;
    }
  }

  /** What the same request has changed before. */
  private async earlier(request: IdempotentRequest | null): Promise<FocusSession | null> {
    return request && this.idempotent.earlier<FocusSession>(FOCUS_SESSIONS_COLLECTION, request);
  }

  private async known(actor: Principal, id: string): Promise<FocusSession> {
    const session = isId(id) ? await this.sessions.find(actor.orgId, actor.userId, id) : null;
    if (!session) throw focusSessionNotFound();
    return session;
  }
}
