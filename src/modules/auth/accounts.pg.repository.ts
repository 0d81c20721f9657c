import { Injectable } from '@nestjs/common';
import { and, asc, eq, sql } from 'drizzle-orm';

import { foldCase } from '../../common/text/fold-case.js';
import { caseFolded } from '../../stores/postgres/case-folded.js';
import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import { memberships } from '../organizations/organizations.table.js';
import { users } from '../users/users.table.js';

/** The data of an account that a login needs. It never leaves the auth module. */
export interface Account {
  id: string;
  organizationId: string;
  email: string;
  passwordHash: string | null;
}

const columns = {
  id: users.id,
  organizationId: users.organizationId,
  email: users.email,
  passwordHash: users.passwordHash,
};

/** Accounts for the login, which runs before the organisation is known and so searches all of them. */
@Injectable()
export class AccountsRepository {
  constructor(private readonly postgres: Postgres) {}

  async findByLogin(login: {
    email?: string | undefined;
    username?: string | undefined;
  }): Promise<Account | null> {
    const condition =
      login.email === undefined
        ? sql`${caseFolded(users.username)} = ${foldCase(login.username ?? '')}`
        : sql`${caseFolded(users.email)} = ${foldCase(login.email)}`;
    const [row] = await this.postgres.run((db) => db.select(columns).from(users).where(condition));
    return row ?? null;
  }

  async find(id: string): Promise<Account | null> {
    const [row] = await this.postgres.run((db) => db.select(columns).from(users).where(eq(users.id, id)));
    return row ?? null;
  }

  /**
   * Locks the account, so that a login and a change of its rights run one after the other. Replaces the hash that was
   * checked by `passwordHash`. Null: the account was deleted, or has another password.
   */
  async recordLogin(
    tx: Tx,
    id: string,
    checkedHash: string,
    passwordHash: string,
  ): Promise<{ at: Date } | null> {
    const [row] = await tx
      .update(users)
      .set({ lastLoginAt: sql`now()`, passwordHash })
      .where(and(eq(users.id, id), eq(users.passwordHash, checkedHash)))
      .returning({ at: users.lastLoginAt });
    return row?.at ? { at: row.at } : null;
  }

  /** The account, locked until the transaction ends. */
  async lock(tx: Tx, id: string): Promise<Account | null> {
    const [row] = await tx.select(columns).from(users).where(eq(users.id, id)).for('no key update');
    return row ?? null;
  }

  async setPasswordHash(tx: Tx, id: string, passwordHash: string): Promise<void> {
    await tx.update(users).set({ passwordHash }).where(eq(users.id, id));
  }

  /** The organisations of an account, the managing one first. Empty: it belongs to none any more. */
  async organizationsOf(tx: Tx, account: Pick<Account, 'id' | 'organizationId'>): Promise<string[]> {
    const rows = await tx
      .select({ organizationId: memberships.organizationId })
      .from(memberships)
      .where(eq(memberships.userId, account.id))
      .orderBy(sql`${memberships.organizationId} <> ${account.organizationId}`, asc(memberships.createdAt));
    return rows.map(({ organizationId }) => organizationId);
  }
}
