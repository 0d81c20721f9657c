import { Injectable } from '@nestjs/common';
import { and, eq, inArray } from 'drizzle-orm';

import type { Tx } from '../../stores/postgres/postgres.js';
import { memberships } from '../organizations/organizations.table.js';
import { users } from '../users/users.table.js';

/** The addresses of the accounts that transactions are about. */
@Injectable()
export class AccountEmailsReadModel {
  /** By id. An account that is no member of the organisation is left out. */
  async ofMembers(tx: Tx, orgId: string, userIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    if (userIds.length === 0) return new Map();
    const rows = await tx
      .select({ id: users.id, email: users.email })
      .from(memberships)
      .innerJoin(users, eq(users.id, memberships.userId))
      .where(and(eq(memberships.organizationId, orgId), inArray(memberships.userId, [...userIds])));
    return new Map(rows.map(({ id, email }) => [id, email]));
  }
}
