import { Injectable } from '@nestjs/common';
import { and, eq, getTableColumns, like, or, type Placeholder, type SQL, sql } from 'drizzle-orm';

import { caseFolded } from '../../stores/postgres/case-folded.js';
import { rising } from '../../stores/postgres/columns.js';
import { newestFirst, olderThan } from '../../stores/postgres/keyset.js';
import type { Position } from '../../common/http/page.js';
import type { MemberRole, PlatformRole } from '../../common/http/principal.js';
import { foldCase } from '../../common/text/fold-case.js';
import { compiled } from '../../stores/postgres/compiled.js';
import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import { ReplicaReads } from '../../stores/postgres/replica-reads.js';
import { violatedUnique } from '../../stores/postgres/postgres-errors.js';
import { memberships } from '../organizations/organizations.table.js';
import type { User, UserChanges } from './user.js';
import { EmailTaken, UsernameTaken } from './users.errors.js';
import { users } from './users.table.js';

export interface UserFilter {
  email?: string | undefined;
  username?: string | undefined;
  role?: PlatformRole | undefined;
  /** Part of the e-mail address or username, in any case. */
  q?: string | undefined;
}

export interface NewUser extends UserChanges {
  id: string;
  organizationId: string;
  email: string;
  username: string;
}

const { passwordHash: _hash, ...shown } = getTableColumns(users);
const columns = {
  ...shown,
  seenFrom: memberships.organizationId,
  memberRole: memberships.role,
  joinedAt: memberships.createdAt,
};

const inOrganization = (orgId: string | Placeholder, ...conditions: (SQL | undefined)[]) =>
  and(eq(memberships.organizationId, orgId), ...conditions);

const findOne = compiled<{ orgId: string; id: string }, User[]>((db) =>
  db
    .select(columns)
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(inOrganization(sql.placeholder('orgId'), eq(memberships.userId, sql.placeholder('id'))))
    .prepare('users_find'),
);

/** Accounts, seen through the membership of one organisation. It never returns the hash of a password. */
@Injectable()
export class UsersRepository {
  constructor(
    private readonly postgres: Postgres,
    private readonly replica: ReplicaReads,
  ) {}

  async find(orgId: string, id: string): Promise<User | null> {
    const [row] = await this.postgres.run((db) => findOne(db, { orgId, id }));
    return row ?? null;
  }

  /** The account, locked until the transaction ends. */
  async findForUpdate(tx: Tx, orgId: string, id: string): Promise<User | null> {
    const [row] = await tx
      .select(columns)
      .from(memberships)
      .innerJoin(users, eq(users.id, memberships.userId))
      .where(inOrganization(orgId, eq(memberships.userId, id)))
      .for('update', { of: users });
    return row ?? null;
  }

  /** Newest member first, from `after` on. */
  list(orgId: string, filter: UserFilter, limit: number, after: Position | null): Promise<User[]> {
    return this.replica.run((db) =>
      db
        .select(columns)
        .from(memberships)
        .innerJoin(users, eq(users.id, memberships.userId))
        .where(
          inOrganization(
            orgId,
            ...conditionsOf(filter),
            olderThan(memberships.createdAt, memberships.userId, after),
          ),
        )
        .orderBy(...newestFirst(memberships.createdAt, memberships.userId))
        .limit(limit),
    );
  }

  /** Throws `EmailTaken`, `UsernameTaken`. */
  async insert(tx: Tx, user: NewUser, memberRole: MemberRole): Promise<User> {
    const membership = { organizationId: user.organizationId, userId: user.id, role: memberRole };
    const created = tx.$with('created').as(tx.insert(users).values(user).returning(shown));
    const joined = tx
      .$with('joined')
      .as(tx.insert(memberships).values(membership).returning({ joinedAt: memberships.createdAt }));
    const [row] = await refusingTaken(tx.with(created, joined).select().from(created).crossJoin(joined));
    if (!row) throw new Error('An insert returned no row');
    return { ...row.created, seenFrom: user.organizationId, memberRole, joinedAt: row.joined.joinedAt };
  }

  /** Throws `EmailTaken`, `UsernameTaken`. The account must be managed by this organisation. */
  async update(tx: Tx, orgId: string, id: string, changes: UserChanges): Promise<void> {
    await refusingTaken(
      tx
        .update(users)
        .set({ ...changes, ...confirmation(changes.email), updatedAt: rising(users.updatedAt) })
        .where(and(eq(users.organizationId, orgId), eq(users.id, id))),
    );
  }

  /** Memberships and sessions are deleted with it. */
  async delete(tx: Tx, orgId: string, id: string): Promise<void> {
    await tx.delete(users).where(and(eq(users.organizationId, orgId), eq(users.id, id)));
  }

  /** Every organisation that shows this account. */
  async organizationsOf(tx: Tx, id: string): Promise<string[]> {
    const rows = await tx
      .select({ organizationId: memberships.organizationId })
      .from(memberships)
      .where(eq(memberships.userId, id));
    return rows.map(({ organizationId }) => organizationId);
  }
}

/** A changed address is not confirmed, even if an admin has changed it. */
const confirmation = (email: string | undefined) =>
  email === undefined
    ? {}
    : {
        isEmailConfirmed: sql`${users.isEmailConfirmed} and ${caseFolded(users.email)} = ${foldCase(email)}`,
      };

function conditionsOf({ email, username, role, q }: UserFilter): (SQL | undefined)[] {
  return [
    email === undefined ? undefined : sql`${caseFolded(users.email)} = ${foldCase(email)}`,
    username === undefined ? undefined : sql`${caseFolded(users.username)} = ${foldCase(username)}`,
    // If another organisation manages the account, its role is not shown, so it must not be found by its role either.
    role === undefined
      ? undefined
      : and(
          eq(users.role, role),
          eq(users.organizationId, memberships.organizationId),
          // Follows from the role, and lets PostgreSQL use the index over the few accounts with another role.
          role === 'user' ? undefined : sql`${users.role} <> 'user'`,
        ),
    q === undefined ? undefined : or(contains(users.email, q), contains(users.username, q)),
  ];
}

const contains = (column: typeof users.email | typeof users.username, text: string): SQL =>
  like(caseFolded(column), `%${foldCase(text).replace(/[\\%_]/g, '\\$&')}%`);

async function refusingTaken<T>(statement: Promise<T>): Promise<T> {
  try {
    return await statement;
  } catch (error) {
    const constraint = violatedUnique(error);
    if (constraint === 'users_email_key') throw new EmailTaken();
    if (constraint === 'users_username_key') throw new UsernameTaken();
    throw error;
  }
}
