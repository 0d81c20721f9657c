import { Injectable } from '@nestjs/common';
import { and, eq } from 'drizzle-orm';

import { isId } from '../../common/ids/ids.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { memberships } from '../organizations/organizations.table.js';
import { users } from './users.table.js';

/** Lookups of accounts for other modules. */
@Injectable()
export class UsersReadModel {
  constructor(private readonly postgres: Postgres) {}

  /** The e-mail address of a member of the organisation. Null for any other account, and for text that is no id. */
  async emailOf(orgId: string, userId: string): Promise<string | null> {
    if (!isId(userId)) return null;
    const [row] = await this.postgres.run((db) =>
      db
        .select({ email: users.email })
        .from(memberships)
        .innerJoin(users, eq(users.id, memberships.userId))
        .where(and(eq(memberships.organizationId, orgId), eq(memberships.userId, userId))),
    );
    return row?.email ?? null;
  }

  /** The IANA name that a member of the organisation has chosen. Null for any other account. */
  async timeZoneOf(orgId: string, userId: string): Promise<string | null> {
    const [row] = await this.postgres.run((db) =>
      db
        .select({ timeZone: users.timeZone })
        .from(memberships)
        .innerJoin(users, eq(users.id, memberships.userId))
        .where(and(eq(memberships.organizationId, orgId), eq(memberships.userId, userId))),
    );
    return row?.timeZone ?? null;
  }
}
