import { Injectable } from '@nestjs/common';
import { and, asc, eq, ne, sql } from 'drizzle-orm';

import { caseFolded } from '../../stores/postgres/case-folded.js';
import { newestFirst, olderThan } from '../../stores/postgres/keyset.js';
import type { Position } from '../../common/http/page.js';
import type { MemberRole } from '../../common/http/principal.js';
import { foldCase } from '../../common/text/fold-case.js';
import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import { violatedUnique } from '../../stores/postgres/postgres-errors.js';
import { users } from '../users/users.table.js';
import type { Member } from './organization.js';
import { AlreadyMember } from './organizations.errors.js';
import { memberships } from './organizations.table.js';

const columns = {
  userId: users.id,
  managedBy: users.organizationId,
  email: users.email,
  username: users.username,
  avatar: users.avatar,
  role: memberships.role,
  joinedAt: memberships.createdAt,
};

@Injectable()
export class MembersRepository {
  constructor(private readonly postgres: Postgres) {}

  /** Newest first. */
  list(orgId: string, limit: number, after: Position | null): Promise<Member[]> {
    return this.postgres.run((db) =>
      db
        .select(columns)
        .from(memberships)
        .innerJoin(users, eq(users.id, memberships.userId))
        .where(
          and(
            eq(memberships.organizationId, orgId),
            olderThan(memberships.createdAt, memberships.userId, after),
          ),
        )
        .orderBy(...newestFirst(memberships.createdAt, memberships.userId))
        .limit(limit),
    );
  }

  async find(orgId: string, userId: string): Promise<Member | null> {
    const [row] = await this.postgres.run((db) =>
      db
        .select(columns)
        .from(memberships)
        .innerJoin(users, eq(users.id, memberships.userId))
        .where(and(eq(memberships.organizationId, orgId), eq(memberships.userId, userId))),
    );
    return row ?? null;
  }

  /** The account is locked, so that a login sees either the old rights or the new ones. */
  async findForUpdate(tx: Tx, orgId: string, userId: string): Promise<Member | null> {
    const [row] = await tx
      .select(columns)
      .from(memberships)
      .innerJoin(users, eq(users.id, memberships.userId))
      .where(and(eq(memberships.organizationId, orgId), eq(memberships.userId, userId)))
      .for('no key update', { of: users });
    return row ?? null;
  }

  /** The account with this address among those that the organisation manages. */
  async findManaged(tx: Tx, orgId: string, email: string): Promise<{ userId: string } | null> {
    const [row] = await tx
      .select({ userId: users.id })
      .from(users)
      .where(and(eq(users.organizationId, orgId), sql`${caseFolded(users.email)} = ${foldCase(email)}`))
      .for('no key update');
    return row ?? null;
  }

  /** The role of a member, which cannot change until the transaction ends. Null: no member. */
  async lockRole(tx: Tx, orgId: string, userId: string): Promise<MemberRole | null> {
    const [row] = await tx
      .select({ role: memberships.role })
      .from(memberships)
      .where(and(eq(memberships.organizationId, orgId), eq(memberships.userId, userId)))
      .for('share');
    return row?.role ?? null;
  }

  /** Throws `AlreadyMember`. */
  async insert(tx: Tx, orgId: string, userId: string, role: MemberRole): Promise<void> {
    try {
      await tx.insert(memberships).values({ organizationId: orgId, userId, role });
    } catch (error) {
      if (violatedUnique(error)) throw new AlreadyMember();
      throw error;
    }
  }

  async setRole(tx: Tx, orgId: string, userId: string, role: MemberRole): Promise<void> {
    await tx
      .update(memberships)
      .set({ role })
      .where(and(eq(memberships.organizationId, orgId), eq(memberships.userId, userId)));
  }

  /** The member who succeeds an owner: by role, then by the time of joining. */
  async successorOf(tx: Tx, orgId: string, leavingId: string): Promise<string | null> {
    const rank = sql`array_position(array['owner', 'admin', 'member', 'viewer'], ${memberships.role})`;
    const [row] = await tx
      .select({ userId: memberships.userId })
      .from(memberships)
      .where(and(eq(memberships.organizationId, orgId), ne(memberships.userId, leavingId)))
      .orderBy(rank, asc(memberships.createdAt), asc(memberships.userId))
      .limit(1);
    return row?.userId ?? null;
  }

  async delete(tx: Tx, orgId: string, userId: string): Promise<void> {
    await tx
      .delete(memberships)
      .where(and(eq(memberships.organizationId, orgId), eq(memberships.userId, userId)));
  }

  async idsOf(tx: Tx, orgId: string): Promise<string[]> {
    const rows = await tx
      .select({ userId: memberships.userId })
      .from(memberships)
      .where(eq(memberships.organizationId, orgId));
    return rows.map(({ userId }) => userId);
  }
}
