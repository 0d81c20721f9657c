import { Injectable } from '@nestjs/common';
import { and, eq, ne, notExists, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';

import type { Tx } from '../../stores/postgres/postgres.js';
import { memberships } from './organizations.table.js';

/** Who owns an organisation, for those who may take an owner away. */
@Injectable()
export class OwnersReadModel {
  /**
   * Until the transaction ends nobody else takes an owner away. To be called before any row is locked: the owners' rows
   * themselves cannot be the lock, for two owners who are changed at once would each hold one and wait for the other.
   */
  async lock(tx: Tx, orgId: string): Promise<void> {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`owners:${orgId}`}, 0))`);
  }

  /**
   * `lock` for each organisation that this account owns, and for the one that manages it, in one order for everybody. One
   * that others own too may get another owner by it: such deletions take turns, as two might lock each other's successor.
   */
  async lockAllOf(tx: Tx, userId: string, managingOrgId: string): Promise<void> {
    await tx.execute(sql`
      select pg_advisory_xact_lock(hashtextextended('ownership', 0)) where exists (
        select 1 from memberships
        where user_id = ${userId} and role = 'owner' and organization_id <> ${managingOrgId}::uuid)`);
    await tx.execute(sql`
      select pg_advisory_xact_lock(hashtextextended('owners:' || owned.id, 0)) from (
        select organization_id as id from memberships where user_id = ${userId} and role = 'owner'
        union select ${managingOrgId}::uuid order by id
      ) as owned`);
  }

  /** The organisations that would be left without an owner, were this account gone. After `lockAllOf`. */
  async ownedAlone(tx: Tx, userId: string): Promise<string[]> {
    const owned = alias(memberships, 'owned');
    const others = tx
      .select({ one: sql`1` })
      .from(memberships)
      .where(
        and(
          eq(memberships.organizationId, owned.organizationId),
          eq(memberships.role, 'owner'),
          ne(memberships.userId, userId),
        ),
      );
    const rows = await tx
      .select({ organizationId: owned.organizationId })
      .from(owned)
      .where(and(eq(owned.userId, userId), eq(owned.role, 'owner'), notExists(others)))
      .orderBy(owned.organizationId);
    return rows.map(({ organizationId }) => organizationId);
  }

  /** Whether an owner is the only one; true to the end of a transaction that called `lock`. */
  async isLast(tx: Tx, orgId: string): Promise<boolean> {
    const owners = await tx
      .select({ userId: memberships.userId })
      .from(memberships)
      .where(and(eq(memberships.organizationId, orgId), eq(memberships.role, 'owner')))
      .limit(2);
    return owners.length === 1;
  }
}
