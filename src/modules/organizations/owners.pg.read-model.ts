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

  /** `lock` for each organisation that this account owns, and for `orgId`, in one order for everybody. */
  async lockAllOf(tx: Tx, userId: string, orgId: string): Promise<void> {
    await tx.execute(sql`
      select pg_advisory_xact_lock(hashtextextended('owners:' || owned.id, 0)) from (
        select organization_id as id from memberships where user_id = ${userId} and role = 'owner'
        union select ${orgId}::uuid order by id
      ) as owned`);
  }

  /** Whether an organisation would be left without an owner, were this account gone. After `lockAllOf`. */
  async isLastAnywhere(tx: Tx, userId: string): Promise<boolean> {
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
    const [left] = await tx
      .select({ organizationId: owned.organizationId })
      .from(owned)
      .where(and(eq(owned.userId, userId), eq(owned.role, 'owner'), notExists(others)))
      .limit(1);
    return left !== undefined;
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
