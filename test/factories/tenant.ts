import { randomBytes } from 'node:crypto';

import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import { TaggedCache } from '../../src/cache/tagged-cache.js';
import { newToken } from '../../src/common/crypto/tokens.js';
import type { MemberRole, PlatformRole } from '../../src/common/http/principal.js';
import { newId } from '../../src/common/ids/ids.js';
import { Postgres } from '../../src/stores/postgres/postgres.js';
import { principalTag } from '../../src/modules/auth/principal-tags.js';
import { memberships, organizations } from '../../src/modules/organizations/organizations.table.js';
import { sessions } from '../../src/modules/sessions/sessions.table.js';
import { users } from '../../src/modules/users/users.table.js';

/** An organisation and one of its members, signed in. */
export interface Tenant {
  orgId: string;
  userId: string;
  email: string;
  token: string;
}

export interface TenantOptions {
  role?: MemberRole;
  platformRole?: PlatformRole;
  /** An existing organisation to join; a new one by default. */
  orgId?: string;
  passwordHash?: string;
}

/** Written past the services, so that a test starts without events of its own. */
export async function seedTenant(app: NestFastifyApplication, options: TenantOptions = {}): Promise<Tenant> {
  const { role = 'owner', platformRole = 'user', passwordHash = null } = options;
  const unique = randomBytes(6).toString('hex');
  const orgId = options.orgId ?? newId();
  const userId = newId();
  const email = `user-${unique}@example.com`;
  const { token, hash } = newToken('session', userId);
  await app.get(Postgres).transaction(async (tx) => {
    if (options.orgId === undefined) {
      await tx.insert(organizations).values({ id: orgId, slug: `org-${unique}`, name: 'Test' });
    }
    const username = `user-${unique}`;
    await tx
      .insert(users)
      .values({ id: userId, organizationId: orgId, email, username, role: platformRole, passwordHash });
    await tx.insert(memberships).values({ organizationId: orgId, userId, role });
    const expiresAt = new Date(Date.now() + 3_600_000);
    await tx
      .insert(sessions)
      .values({ id: newId(), userId, organizationId: orgId, tokenHash: hash, expiresAt });
  });
  return { orgId, userId, email, token };
}

/** A membership of an account that another organisation manages; within the service it needs the person's consent. */
export async function joinOrganization(
  app: NestFastifyApplication,
  organizationId: string,
  userId: string,
  role: MemberRole,
): Promise<void> {
  await app
    .get(Postgres)
    .transaction((tx) => tx.insert(memberships).values({ organizationId, userId, role }));
  await app.get(TaggedCache).invalidate([principalTag(userId)]);
}
