import { Injectable } from '@nestjs/common';

import type { Position } from '../../common/http/page.js';
import { NotFound } from '../../common/errors/kinds.js';
import { assertIfMatch } from '../../common/http/etag.js';
import type { Principal } from '../../common/http/principal.js';
import { hasSession } from '../../common/http/scopes.js';
import { isId } from '../../common/ids/ids.js';
import { Outbox } from '../../flows/outbox/outbox.js';
import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import { userLoggedOut } from '../users/users.events.js';

import { toSessionResponse } from './session.response.js';
import { SessionRequired } from './sessions.errors.js';
import { type NewSession, type Session, SessionsRepository } from './sessions.pg.repository.js';

const notFound = () => new NotFound('There is no such session.');

/** A person's own sessions. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly postgres: Postgres,
    private readonly sessions: SessionsRepository,
    private readonly outbox: Outbox,
  ) {}

  /** Throws `SessionRequired`. */
  list(actor: Principal, limit: number, after: Position | null): Promise<Session[]> {
    if (!hasSession(actor)) throw new SessionRequired();
    return this.sessions.list(actor.userId, limit + 1, after);
  }

  /** Ends the asking session. Throws `SessionRequired`. */
  async logout(actor: Principal): Promise<void> {
    if (actor.sessionId === null) throw new SessionRequired();
    await this.end(actor, actor.sessionId);
  }

  /** One of the caller's live sessions. Throws `NotFound`, `SessionRequired`. */
  async get(actor: Principal, id: string): Promise<Session> {
    if (!hasSession(actor)) throw new SessionRequired();
    const session = isId(id) ? await this.sessions.find(actor.userId, id) : null;
    if (!session) throw notFound();
    return session;
  }

  /** Throws `NotFound`, `PreconditionFailed`, `SessionRequired`. */
  async end(actor: Principal, id: string, ifMatch?: string): Promise<void> {
    if (!hasSession(actor)) throw new SessionRequired();
    await this.postgres.transaction(async (tx) => {
      const owner = await this.sessions.lockOwner(tx, actor.userId);
      const ended = isId(id) ? await this.sessions.delete(tx, actor.userId, id) : null;
      if (!owner || !ended) throw notFound();
      assertIfMatch(ifMatch, toSessionResponse(ended, actor.sessionId));
      await this.outbox.add(tx, userLoggedOut(actor.orgId, owner, id));
    });
  }

  /** Ends all sessions except the asking one. Throws `SessionRequired`. */
  async endOthers(actor: Principal): Promise<void> {
    if (actor.sessionId === null) throw new SessionRequired();
    await this.postgres.transaction(async (tx) => {
      const owner = await this.sessions.lockOwner(tx, actor.userId);
      if (!owner) throw notFound();
      const ended = await this.sessions.deleteOfUser(tx, owner.id, actor.sessionId);
      await this.outbox.add(tx, ...ended.map((id) => userLoggedOut(actor.orgId, owner, id)));
    });
  }

  /** Part of a login's transaction. */
  start(tx: Tx, session: NewSession): Promise<void> {
    return this.sessions.insert(tx, session);
  }

  /** Part of a transaction that locked the user. The caller's event contains the user's principal tag. */
  async endAllOf(tx: Tx, userId: string, keep: string | null = null): Promise<void> {
    await this.sessions.deleteOfUser(tx, userId, keep);
  }
}
