import { Injectable } from '@nestjs/common';
import { and, asc, eq, isNull } from 'drizzle-orm';

import type { MemberRole } from '../../common/http/principal.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { memberships, organizations } from '../organizations/organizations.table.js';
import { users } from '../users/users.table.js';
import { apiKeys } from '../api-keys/api-keys.table.js';
import { sessions } from '../sessions/sessions.table.js';
import type { Identity } from './identity.js';

/** The organisation that the seed makes. */
export const DEMO_ORGANIZATION_SLUG = 'demo';

/** The environment whose flags a key sees. */
const FLAG_ENVIRONMENTS = { live: 'production', test: 'development' } as const;

interface Membership {
  organizationId: string;
  memberRole: MemberRole;
}

const rolesOf = (rows: readonly Membership[]): Identity['roles'] =>
  Object.fromEntries(rows.map(({ organizationId, memberRole }) => [organizationId, memberRole]));

/** Who a credential's hash stands for. One statement each. */
@Injectable()
export class IdentitiesReadModel {
  constructor(private readonly postgres: Postgres) {}

  async ofSession(tokenHash: string): Promise<Identity | null> {
    const rows = await this.postgres.run((db) =>
      db
        .select({
          sessionId: sessions.id,
          userId: users.id,
          platformRole: users.role,
          defaultOrgId: sessions.organizationId,
          expiresAt: sessions.expiresAt,
          organizationId: memberships.organizationId,
          memberRole: memberships.role,
        })
        .from(sessions)
        .innerJoin(users, eq(users.id, sessions.userId))
        .innerJoin(memberships, eq(memberships.userId, users.id))
        .where(eq(sessions.tokenHash, tokenHash)),
    );
    const [first] = rows;
    if (!first) return null;
    const { sessionId, userId, platformRole, defaultOrgId, expiresAt } = first;
    return {
      ...{ kind: 'user', userId, platformRole, sessionId, apiKeyId: null, scopes: null, defaultOrgId },
      roles: rolesOf(rows),
      expiresAtMs: expiresAt.getTime(),
    };
  }

  /** A key acts with its creator's role in its organisation, bounded by its scopes; never as a platform admin. */
  async ofApiKey(keyHash: string): Promise<Identity | null> {
    const [row] = await this.postgres.run((db) =>
      db
        .select({
          apiKeyId: apiKeys.id,
          userId: apiKeys.createdBy,
          organizationId: apiKeys.organizationId,
          scopes: apiKeys.scopes,
          environment: apiKeys.environment,
          expiresAt: apiKeys.expiresAt,
          memberRole: memberships.role,
        })
        .from(apiKeys)
        .innerJoin(
          memberships,
          and(
            eq(memberships.organizationId, apiKeys.organizationId),
            eq(memberships.userId, apiKeys.createdBy),
          ),
        )
        .where(and(eq(apiKeys.keyHash, keyHash), isNull(apiKeys.revokedAt))),
    );
    if (!row) return null;
    return {
      ...{
        kind: 'api_key',
        userId: row.userId,
        platformRole: 'user',
        sessionId: null,
        apiKeyId: row.apiKeyId,
      },
      ...{ scopes: row.scopes, defaultOrgId: row.organizationId, roles: rolesOf([row]) },
      expiresAtMs: row.expiresAt?.getTime() ?? null,
      flagEnvironment: FLAG_ENVIRONMENTS[row.environment],
    };
  }

  /** The first owner of the demo organisation; null before the seed. */
  async demoOwnerId(): Promise<string | null> {
    const [row] = await this.postgres.run((db) =>
      db
        .select({ userId: memberships.userId })
        .from(organizations)
        .innerJoin(
          memberships,
          and(eq(memberships.organizationId, organizations.id), eq(memberships.role, 'owner')),
        )
        .where(eq(organizations.slug, DEMO_ORGANIZATION_SLUG))
        .orderBy(asc(memberships.createdAt))
        .limit(1),
    );
    return row?.userId ?? null;
  }

  /** Never a platform admin. Null where this user does not own the demo organisation any more. */
  async ofDemoOwner(userId: string): Promise<Identity | null> {
    const [row] = await this.postgres.run((db) =>
      db
        .select({ organizationId: organizations.id, memberRole: memberships.role })
        .from(organizations)
        .innerJoin(
          memberships,
          and(eq(memberships.organizationId, organizations.id), eq(memberships.role, 'owner')),
        )
        .where(and(eq(organizations.slug, DEMO_ORGANIZATION_SLUG), eq(memberships.userId, userId))),
    );
    if (!row) return null;
    return {
      ...{ kind: 'anonymous_owner', userId, platformRole: 'user', sessionId: null, apiKeyId: null },
      ...{ scopes: null, defaultOrgId: row.organizationId, roles: rolesOf([row]), expiresAtMs: null },
    };
  }
}
