import { Injectable } from '@nestjs/common';
import { and, eq, inArray } from 'drizzle-orm';

import { Postgres } from '../../stores/postgres/postgres.js';
import { memberships } from '../organizations/organizations.table.js';
import { users } from '../users/users.table.js';

/** The addresses of many members of one organisation at once. */
@Injectable()
export class MemberEmailsReadModel {
  constructor(private readonly postgres: Postgres) {}

  /** Addresses by id. An id that is no member's is left out. */
  async emailsOf(orgId: string, userIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const rows = await this.postgres.run((db) =>
      db
        .select({ id: users.id, email: users.email })
        .from(memberships)
        .innerJoin(users, eq(users.id, memberships.userId))
        .where(and(eq(memberships.organizationId, orgId), inArray(memberships.userId, [...userIds]))),
    );
    return new Map(rows.map(({ id, email }) => [id, email]));
  }
}
