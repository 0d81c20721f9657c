import { Injectable } from '@nestjs/common';
import { and, desc, eq, gt, lt, ne, or, sql } from 'drizzle-orm';

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
  expiresAt: Date;
}

export interface NewSession extends Omit<Session, 'createdAt'> {
  tokenHash: string;
}

const columns = {
  id: sessions.id,
  userId: sessions.userId,
  organizationId: sessions.organizationId,
  userAgent: sessions.userAgent,
  address: sessions.address,
  createdAt: sessions.createdAt,
  expiresAt: sessions.expiresAt,
};

/** Sessions belong to a user, whatever the organisation they act in. */
@Injectable()
export class SessionsRepository {
  constructor(private readonly postgres: Postgres) {}

  /** Also forgets the user's sessions that have expired. */
  async insert(tx: Tx, session: NewSession): Promise<void> {
    await tx
      .delete(sessions)
      .where(and(eq(sessions.userId, session.userId), lt(sessions.expiresAt, sql`now()`)));
    await tx.insert(sessions).values(session);
  }

  /** The live ones, newest first. */
  list(userId: string, limit: number, after: { createdAt: Date; id: string } | null): Promise<Session[]> {
    const beyond = after
      ? or(
          lt(sessions.createdAt, after.createdAt),
          and(eq(sessions.createdAt, after.createdAt), lt(sessions.id, after.id)),
        )
      : undefined;
    return this.postgres.run((db) =>
      db
        .select(columns)
        .from(sessions)
        .where(and(eq(sessions.userId, userId), gt(sessions.expiresAt, sql`now()`), beyond))
        .orderBy(desc(sessions.createdAt), desc(sessions.id))
        .limit(limit),
    );
  }

  /** A live one. */
  async find(userId: string, id: string): Promise<Session | null> {
    const [row] = await this.postgres.run((db) =>
      db
        .select(columns)
        .from(sessions)
        .where(and(eq(sessions.userId, userId), eq(sessions.id, id), gt(sessions.expiresAt, sql`now()`))),
    );
    return row ?? null;
  }

  /** The user, locked, so that what happens to their sessions happens in one order. Null: gone. */
  async lockOwner(tx: Tx, userId: string): Promise<{ id: string; email: string } | null> {
    const [row] = await tx
      .select({ id: users.id, email: users.email })
      .from(users)
      .where(eq(users.id, userId))
      .for('update');
    return row ?? null;
  }

  /** Null where the user has no such session. */
  async delete(tx: Tx, userId: string, id: string): Promise<Session | null> {
    const [row] = await tx
      .delete(sessions)
      .where(and(eq(sessions.userId, userId), eq(sessions.id, id)))
      .returning(columns);
    return row ?? null;
  }

  /** All of a user's sessions, except the one that is kept. */
  async deleteOfUser(tx: Tx, userId: string, keep: string | null = null): Promise<void> {
    await tx
      .delete(sessions)
      .where(and(eq(sessions.userId, userId), keep === null ? undefined : ne(sessions.id, keep)));
  }
}
