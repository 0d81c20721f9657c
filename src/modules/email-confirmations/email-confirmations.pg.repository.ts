import { Injectable } from '@nestjs/common';
import { and, eq, sql } from 'drizzle-orm';

import type { MemberRole, PlatformRole } from '../../common/http/principal.js';
import { rising } from '../../stores/postgres/columns.js';
import type { Tx } from '../../stores/postgres/postgres.js';
import { memberships } from '../organizations/organizations.table.js';
import { users } from '../users/users.table.js';
import { emailConfirmations } from './email-confirmations.table.js';

/** The data of an account that a confirmation needs. */
export interface ConfirmableAccount {
  id: string;
  organizationId: string;
  email: string;
  isEmailConfirmed: boolean;
  role: PlatformRole;
  /** The account's role in the asking organisation. */
  memberRole: MemberRole;
}

export interface NewConfirmation {
  userId: string;
  tokenHash: string;
  addressHash: string;
  expiresAt: Date;
}

@Injectable()
export class EmailConfirmationsRepository {
  /** An account as one of its organisations sees it, locked until the transaction ends. */
  async lockAccount(tx: Tx, orgId: string, userId: string): Promise<ConfirmableAccount | null> {
    const [row] = await tx
      .select({
        ...{ id: users.id, organizationId: users.organizationId, email: users.email, role: users.role },
        ...{ isEmailConfirmed: users.isEmailConfirmed, memberRole: memberships.role },
      })
      .from(memberships)
      .innerJoin(users, eq(users.id, memberships.userId))
      .where(and(eq(memberships.organizationId, orgId), eq(memberships.userId, userId)))
      .for('update', { of: users });
    return row ?? null;
  }

  /** Replaces an older confirmation, because an account has only one. */
  async save(tx: Tx, confirmation: NewConfirmation): Promise<void> {
    const row = { ...confirmation, createdAt: sql`now()` };
    await tx
      .insert(emailConfirmations)
      .values(row)
      .onConflictDoUpdate({ target: emailConfirmations.userId, set: row });
  }

  /** Removes a confirmation, after the account was locked. Null: there is none with this token. */
  async take(tx: Tx, userId: string, tokenHash: string): Promise<NewConfirmation | null> {
    const [row] = await tx
      .delete(emailConfirmations)
      .where(and(eq(emailConfirmations.userId, userId), eq(emailConfirmations.tokenHash, tokenHash)))
      .returning();
    return row ?? null;
  }

  async confirm(tx: Tx, userId: string): Promise<void> {
    await tx
      .update(users)
      .set({ isEmailConfirmed: true, updatedAt: rising(users.updatedAt) })
      .where(eq(users.id, userId));
  }

  /** Every organisation that shows this account. */
  async organizationsOf(tx: Tx, userId: string): Promise<string[]> {
    const rows = await tx
      .select({ organizationId: memberships.organizationId })
      .from(memberships)
      .where(eq(memberships.userId, userId));
    return rows.map(({ organizationId }) => organizationId);
  }
}
