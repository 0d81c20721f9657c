import { and, eq, inArray, or, sql } from 'drizzle-orm';

import { foldCase } from '../../common/text/fold-case.js';
import { memberships, organizations } from '../../modules/organizations/organizations.table.js';
import { users } from '../../modules/users/users.table.js';
import { caseFolded } from '../../stores/postgres/case-folded.js';
import { violatedUnique } from '../../stores/postgres/postgres-errors.js';
import type { Postgres, Tx } from '../../stores/postgres/postgres.js';
import { CommandFailed } from '../terminal/explained.js';

/** An account of the source as it stands here. */
export interface MovedAccount {
  id: string;
  email: string;
  username: string;
  /** A PHC string. */
  passwordHash: string | null;
  timeZone: string;
  createdAt: Date;
}

/** Names that are taken, whatever the organisation, and by which account. */
export interface TakenNames {
  emails: ReadonlyMap<string, string>;
  usernames: ReadonlyMap<string, string>;
}

export const findOrganizationBySlug = async (postgres: Postgres, slug: string): Promise<string | null> => {
  const [row] = await postgres.run((db) =>
    db.select({ id: organizations.id }).from(organizations).where(eq(organizations.slug, slug)),
  );
  return row?.id ?? null;
};

/** Accounts of one organisation. */
export class AccountsRepository {
  constructor(
    private readonly postgres: Postgres,
    private readonly orgId: string,
  ) {}

  /** Of these, by their folded names. */
  async taken(accounts: readonly Pick<MovedAccount, 'email' | 'username'>[]): Promise<TakenNames> {
    if (accounts.length === 0) return { emails: new Map(), usernames: new Map() };
    const rows = await this.postgres.run((db) =>
      db
        .select({ id: users.id, email: users.email, username: users.username })
        .from(users)
        .where(
          or(
            inArray(
              caseFolded(users.email),
              accounts.map(({ email }) => foldCase(email)),
            ),
            inArray(
              caseFolded(users.username),
              accounts.map(({ username }) => foldCase(username)),
            ),
          ),
        ),
    );
    return {
      emails: new Map(rows.map(({ id, email }) => [foldCase(email), id])),
      usernames: new Map(rows.map(({ id, username }) => [foldCase(username), id])),
    };
  }

  /**
   * As members. Returns the ids of those that were not there already: the transaction of a run that was killed may still have
   * committed. Throws `CommandFailed` where a name has been taken since it was looked for.
   */
  async insert(tx: Tx, accounts: readonly MovedAccount[]): Promise<ReadonlySet<string>> {
    const { orgId: organizationId } = this;
    const inserted = await refusingTaken(
      tx
        .insert(users)
        .values(accounts.map((account) => ({ ...account, organizationId, updatedAt: account.createdAt })))
        .onConflictDoNothing({ target: users.id })
        .returning({ userId: users.id }),
    );
    if (inserted.length > 0)
      await tx
        .insert(memberships)
        .values(inserted.map(({ userId }) => ({ organizationId, userId, role: 'member' as const })));
    return new Set(inserted.map(({ userId }) => userId));
  }

  /** Those of these ids that are members. */
  async present(ids: readonly string[]): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set();
    const rows = await this.postgres.run((db) =>
      db
        .select({ id: memberships.userId })
        .from(memberships)
        .where(
          and(eq(memberships.organizationId, this.orgId), inArray(memberships.userId, [...new Set(ids)])),
        ),
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** With whether the account has been changed or used since it was made. */
  find(ids: readonly string[]): Promise<(MovedAccount & { isChanged: boolean })[]> {
    return this.postgres.run((db) =>
      db
        .select({
          id: users.id,
          email: users.email,
          username: users.username,
          passwordHash: users.passwordHash,
          timeZone: users.timeZone,
          createdAt: users.createdAt,
          isChanged: sql<boolean>`${users.updatedAt} > ${users.createdAt} or ${users.lastLoginAt} is not null`,
        })
        .from(users)
        .where(inArray(users.id, [...ids])),
    );
  }
}

async function refusingTaken<T>(statement: Promise<T>): Promise<T> {
  try {
    return await statement;
  } catch (error) {
    if (violatedUnique(error) === null) throw error;
    throw new CommandFailed(
      'An e-mail address or a username was taken while its account was moved.',
      'an account was made in the service just now',
      ['repeat the command: it goes on where it was'],
      { cause: error },
    );
  }
}
