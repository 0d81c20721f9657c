import { Injectable } from '@nestjs/common';
import { and, eq, getTableColumns, sql } from 'drizzle-orm';

import { sha256Hex } from '../../common/crypto/tokens.js';
import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import { memberships } from '../organizations/organizations.table.js';
import { users } from '../users/users.table.js';
import type { PasswordReset, ResettableAccount } from './password-reset.js';
import { passwordResets } from './password-resets.table.js';

const { createdAt: _createdAt, ...columns } = getTableColumns(passwordResets);

const isMemberElsewhere = sql<boolean>`exists (
  select 1 from ${memberships} as elsewhere
  where elsewhere.user_id = ${users.id} and elsewhere.organization_id <> ${users.organizationId})`;

@Injectable()
export class PasswordResetsRepository {
  constructor(private readonly postgres: Postgres) {}

  /** Any account, as `orgId` sees it, locked until the transaction ends. */
  async lockAccount(tx: Tx, orgId: string | null, userId: string): Promise<ResettableAccount | null> {
    const membership = and(
      eq(memberships.userId, users.id),
      orgId === null ? sql`false` : eq(memberships.organizationId, orgId),
    );
    const [row] = await tx
      .select({
        ...{ id: users.id, organizationId: users.organizationId, email: users.email, role: users.role },
        ...{ memberRole: memberships.role, isMemberElsewhere, passwordHash: users.passwordHash },
      })
      .from(users)
      .leftJoin(memberships, membership)
      .where(eq(users.id, userId))
      .for('update', { of: users });
    if (!row) return null;
    const { passwordHash, ...account } = row;
    return { ...account, passwordDigest: sha256Hex(passwordHash ?? '') };
  }

  /** Replaces an older reset, because an account has only one. */
  async save(tx: Tx, reset: PasswordReset): Promise<void> {
    const row = { ...reset, createdAt: sql`now()` };
    await tx
      .insert(passwordResets)
      .values(row)
      .onConflictDoUpdate({ target: passwordResets.userId, set: row });
  }

  async find(tokenHash: string): Promise<PasswordReset | null> {
    const [row] = await this.postgres.run((db) =>
      db.select(columns).from(passwordResets).where(eq(passwordResets.tokenHash, tokenHash)),
    );
    return row ?? null;
  }

  /** Deletes it, after the account was locked. False: another request has used it first. */
  async delete(tx: Tx, tokenHash: string): Promise<boolean> {
    const rows = await tx
      .delete(passwordResets)
      .where(eq(passwordResets.tokenHash, tokenHash))
      .returning({ userId: passwordResets.userId });
    return rows.length > 0;
  }

  async setPassword(tx: Tx, userId: string, passwordHash: string): Promise<void> {
    await tx.update(users).set({ passwordHash }).where(eq(users.id, userId));
  }
}
