import { Injectable } from '@nestjs/common';
import { and, eq, gt, lt, ne, sql } from 'drizzle-orm';

import { newestFirst, olderThan } from '../../stores/postgres/keyset.js';
import type { Position } from '../../common/http/page.js';
import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import { users } from '../users/users.table.js';
import { sessions } from './sessions.table.js';

export interface Session {
  id: string;
  userId: string;
  organizationId: string;
  userAgent: string | null;
  address: string | null;
  createdAt: Date;
  lastSeenAt: Date;
  expiresAt: Date;
}

export interface NewSession extends Omit<Session, 'createdAt' | 'lastSeenAt'> {
  tokenHash: string;
}

const columns = {
  id: sessions.id,
  userId: sessions.userId,
  organizationId: sessions.organizationId,
  userAgent: sessions.userAgent,
  address: sessions.address,
  createdAt: sessions.createdAt,
  lastSeenAt: sessions.lastSeenAt,
  expiresAt: sessions.expiresAt,
};

/** Sessions belong to a user, whatever organisation they act in. */
@Injectable()
export class SessionsRepository {
  constructor(private readonly postgres: Postgres) {}

  /** Also deletes the user's expired sessions. */
  async insert(tx: Tx, session: NewSession): Promise<void> {
    await tx
      .delete(sessions)
      .where(and(eq(sessions.userId, session.userId), lt(sessions.expiresAt, sql`now()`)));
    await tx.insert(sessions).values(session);
  }

  /** The live ones, newest first. */
  list(userId: string, limit: number, after: Position | null): Promise<Session[]> {
    return this.postgres.run((db) =>
      db
        .select(columns)
        .from(sessions)
        .where(
          and(
            eq(sessions.userId, userId),
            gt(sessions.expiresAt, sql`now()`),
            olderThan(sessions.createdAt, sessions.id, after),
          ),
        )
        .orderBy(...newestFirst(sessions.createdAt, sessions.id))
        .limit(limit),
    );
  }

  /** A live session. */
  async find(userId: string, id: string): Promise<Session | null> {
    const [row] = await this.postgres.run((db) =>
      db
        .select(columns)
        .from(sessions)
        .where(and(eq(sessions.userId, userId), eq(sessions.id, id), gt(sessions.expiresAt, sql`now()`))),
    );
    return row ?? null;
  }

  /** Locks the user, so that changes of the user's sessions run one after the other. Null: the user was deleted. */
  async lockOwner(tx: Tx, userId: string): Promise<{ id: string; email: string } | null> {
    const [row] = await tx
      .select({ id: users.id, email: users.email })
      .from(users)
      .where(eq(users.id, userId))
      .for('no key update');
    return row ?? null;
  }

  /** Null if the user has no such session. */
  async delete(tx: Tx, userId: string, id: string): Promise<Session | null> {
    const [row] = await tx
      .delete(sessions)
      .where(and(eq(sessions.userId, userId), eq(sessions.id, id)))
      .returning(columns);
    return row ?? null;
  }

  /** Deletes all of a user's sessions except `keep`. Returns the ids of those that had not expired. */
  async deleteOfUser(tx: Tx, userId: string, keep: string | null = null): Promise<string[]> {
    const deleted = await tx
      .delete(sessions)
      .where(and(eq(sessions.userId, userId), keep === null ? undefined : ne(sessions.id, keep)))
      .returning({ id: sessions.id, isLive: sql<boolean>`${sessions.expiresAt} > now()` });
    return deleted.flatMap(({ id, isLive }) => (isLive ? [id] : []));
  }
}
