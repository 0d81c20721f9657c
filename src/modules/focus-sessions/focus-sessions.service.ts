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

/** A try fails only if a change or a tick succeeded meanwhile. */
const ATTEMPTS = 50;

/** The actions that move a session, and the states that they lead to. */
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

  /** Records a past session. Throws `FocusSessionActive`. */
  async record(actor: Principal, past: PastFocus): Promise<FocusSession> {
    assertCan(canFocus(actor));
    return this.append(actor, 'completed', null, (number) =>
      pastSession(actor, past, number, this.clock.now()),
    );
  }

  /** Newest first, and one more than `limit` if it exists. */
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

  /** The session that is running or paused. Throws `NotFound`. */
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

  /** Ends a session without a tick for twice its planned duration. Does nothing if it was changed meanwhile. */
  async expire(session: FocusSession): Promise<void> {
    await this.change(null, session, 'expired', 'expired', null, null);
  }

  /** Null if another change came first. */
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

  /** Inserts a session after the last one. Throws `FocusSessionActive`, `TooManyChanges`. */
  private async append(
    actor: Principal,
    event: FocusEvent,
    request: IdempotentRequest | null,
    make: (number: number) => FocusSession,
  ): Promise<FocusSession> {
    let last = await this.sessions.last(actor.orgId, actor.userId);
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (last && !hasEnded(last.state)) throw new FocusSessionActive();
      const session = make((last?.number ?? 0) + 1);
      const stored = await this.insert(session, effectsOf(actor, event, session), request);
      if (stored) return stored;
      // Another start came first, or the clock of another instance is ahead.
      last = await this.sessions.byNumber(actor.orgId, actor.userId, session.number);
    }
    throw new TooManyChanges();
  }

  /** Null if the number is taken. */
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

  /** The session that an earlier attempt of the same request has changed. */
  private async earlier(request: IdempotentRequest | null): Promise<FocusSession | null> {
    return request && this.idempotent.earlier<FocusSession>(FOCUS_SESSIONS_COLLECTION, request);
  }

  private async known(actor: Principal, id: string): Promise<FocusSession> {
    const session = isId(id) ? await this.sessions.find(actor.orgId, actor.userId, id) : null;
    if (!session) throw focusSessionNotFound();
    return session;
  }
}
