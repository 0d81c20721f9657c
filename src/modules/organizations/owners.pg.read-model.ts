import { Injectable } from '@nestjs/common';
import { and, eq, sql } from 'drizzle-orm';

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
