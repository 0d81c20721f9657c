import { Injectable } from '@nestjs/common';
import { and, eq, ne, notExists, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';

import type { Tx } from '../../stores/postgres/postgres.js';
import { memberships } from './organizations.table.js';

/** The owners of organisations, for transactions that may remove one. */
@Injectable()
export class OwnersReadModel {
  /**
   * Until the transaction ends no other transaction can remove an owner. To be called before any row is locked. The
   * owners' rows themselves cannot be the lock, because if two owners are changed at once, each transaction would hold
   * one row and wait for the other.
   */
  async lock(tx: Tx, orgId: string): Promise<void> {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`owners:${orgId}`}, 0))`);
  }

  /**
   * Takes `lock` for each organisation that this account owns, and for the one that manages it, always in the same
   * order. An organisation with further owners may get another owner by this deletion. So such deletions run one after
   * the other, because two might lock each other's successor.
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

  /** The organisations that would have no owner without this account. Call it after `lockAllOf`. */
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

  /** Whether an owner is the only one. The result holds until the end of a transaction that called `lock`. */
  async isLast(tx: Tx, orgId: string): Promise<boolean> {
    const owners = await tx
      .select({ userId: memberships.userId })
      .from(memberships)
      .where(and(eq(memberships.organizationId, orgId), eq(memberships.role, 'owner')))
      .limit(2);
    return owners.length === 1;
  }
}
