import { Injectable } from '@nestjs/common';
import { and, asc, eq, sql } from 'drizzle-orm';

import type { MemberRole } from '../../common/http/principal.js';
import { compiled } from '../../stores/postgres/compiled.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { memberships, organizations } from '../organizations/organizations.table.js';
import { users } from '../users/users.table.js';
import { flagEnvironmentOf } from '../api-keys/api-key.js';
import { apiKeyCredits } from '../api-keys/api-key-credits.table.js';
import { apiKeySecrets } from '../api-keys/api-key-secrets.table.js';
import { apiKeys } from '../api-keys/api-keys.table.js';
import { sessions } from '../sessions/sessions.table.js';
import type { Identity } from './identity.js';
import { boundBy, keyAncestors, limitsOf } from './key-ancestors.js';

/** The organisation that the seed creates. */
export const DEMO_ORGANIZATION_SLUG = 'demo';

interface KeyRow {
  apiKeyId: string;
  userId: string;
  organizationId: string;
  /** Null: its creator is no member any more. */
  memberRole: MemberRole | null;
  scopes: string[];
  environment: 'live' | 'test';
  flagEnvironment: string | null;
  isEnabled: boolean;
  rateLimit: number | null;
  rateWindowSeconds: number | null;
  expiresAt: Date | null;
  revokedAt: Date | null;
  isCurrent: boolean;
  secretId: string | null;
  secretExpiresAt: Date | null;
  hasCredits: boolean;
  ancestors: unknown;
}

interface Membership {
  organizationId: string;
  memberRole: MemberRole;
}

const rolesOf = (rows: readonly Membership[]): Identity['roles'] =>
  Object.fromEntries(rows.map(({ organizationId, memberRole }) => [organizationId, memberRole]));

const isOfHash = sql`${apiKeySecrets.keyHash} = ${sql.placeholder('keyHash')}`;

/** The key that made it, that one's maker, and so on; null: a person made it. */
const ancestors = sql<unknown>`(
  with recursive ancestor as (
    select maker.* from api_keys as maker where maker.id = ${apiKeys.parentId}
    union all select maker.* from api_keys as maker join ancestor on maker.id = ancestor.parent_id
  ) select jsonb_agg(jsonb_build_object(
    'id', id, 'scopes', scopes, 'is_enabled', enabled, 'expires_at_ms', floor(extract(epoch from expires_at) * 1000),
    'rate_limit', rate_limit, 'rate_window_seconds', rate_window_seconds)) from ancestor)`;

const findKey = compiled<{ keyHash: string }, KeyRow[]>((db) =>
  db
    .select({
      apiKeyId: apiKeys.id,
      userId: apiKeys.createdBy,
      organizationId: apiKeys.organizationId,
      scopes: apiKeys.scopes,
      environment: apiKeys.environment,
      flagEnvironment: apiKeys.flagEnvironment,
      isEnabled: apiKeys.enabled,
      rateLimit: apiKeys.rateLimit,
      rateWindowSeconds: apiKeys.rateWindowSeconds,
      expiresAt: apiKeys.expiresAt,
      revokedAt: apiKeys.revokedAt,
      memberRole: memberships.role,
      isCurrent: sql<boolean>`${apiKeys.keyHash} = ${sql.placeholder('keyHash')}`,
      secretId: apiKeySecrets.id,
      secretExpiresAt: apiKeySecrets.expiresAt,
      hasCredits: sql<boolean>`${apiKeyCredits.apiKeyId} is not null`,
      ancestors,
    })
    .from(apiKeys)
    .leftJoin(
      memberships,
      and(eq(memberships.organizationId, apiKeys.organizationId), eq(memberships.userId, apiKeys.createdBy)),
    )
    .leftJoin(apiKeySecrets, and(eq(apiKeySecrets.apiKeyId, apiKeys.id), isOfHash))
    .leftJoin(apiKeyCredits, eq(apiKeyCredits.apiKeyId, apiKeys.id))
    // One of two lookups by an index, because `or` over two tables would read both as a whole.
    .where(
      sql`${apiKeys.id} = (select id from api_keys where key_hash = ${sql.placeholder('keyHash')}
        union all select api_key_id from api_key_secrets where key_hash = ${sql.placeholder('keyHash')} limit 1)`,
    )
    .prepare('identities_of_api_key'),
);

/** The identity behind a credential's hash. One statement for each kind. */
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

  /**
   * A key acts with its creator's role in its organisation, bounded by its scopes; never as a platform admin. Its current
   * secret, or one that a rotation has replaced. Also of a key that is refused, which its state says. A key that a key made
   * is bounded by its maker as that is now; a change of the maker replaces the tag of both, because they act for one account.
   */
  async ofApiKey(keyHash: string): Promise<Identity | null> {
    const [row] = await this.postgres.run((db) => findKey(db, { keyHash }));
    if (!row) return null;
    const { apiKeyId, userId, organizationId, memberRole } = row;
    const secretId = row.isCurrent ? null : row.secretId;
    const powers = {
      scopes: row.scopes,
      isEnabled: row.isEnabled,
      expiresAtMs: row.expiresAt?.getTime() ?? null,
      rateLimits: limitsOf({
        ...{ id: apiKeyId, rate_limit: row.rateLimit, rate_window_seconds: row.rateWindowSeconds },
      }),
    };
    const bound = boundBy(powers, keyAncestors.parse(row.ancestors ?? []));
    return {
      ...{ kind: 'api_key', userId, platformRole: 'user', sessionId: null, apiKeyId },
      ...{
        scopes: bound.scopes,
        defaultOrgId: organizationId,
        roles: memberRole ? { [organizationId]: memberRole } : {},
      },
      expiresAtMs: bound.expiresAtMs,
      flagEnvironment: flagEnvironmentOf(row),
      key: {
        secretId,
        secretExpiresAtMs: secretId === null ? null : (row.secretExpiresAt?.getTime() ?? null),
        isRevoked: row.revokedAt !== null || memberRole === null,
        isEnabled: bound.isEnabled,
        hasCredits: row.hasCredits,
        rateLimits: bound.rateLimits,
      },
    };
  }

  /** The first owner of the demo organisation. Null before the seed. */
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

  /** Never a platform admin. Null if this user does not own the demo organisation any more. */
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
