import { and, eq, getTableColumns, isNull, sql } from 'drizzle-orm';

import type { ApiKey, NewApiKey } from '../../modules/api-keys/api-key.js';
import { apiKeys } from '../../modules/api-keys/api-keys.table.js';
import { memberships, organizations } from '../../modules/organizations/organizations.table.js';
import { users } from '../../modules/users/users.table.js';
import { foldCase } from '../../common/text/fold-case.js';
import { caseFolded } from '../../stores/postgres/case-folded.js';
import type { Tx } from '../../stores/postgres/postgres.js';

export interface DemoUser {
  id: string;
  organizationId: string;
  email: string;
  passwordHash: string | null;
}

interface NewDemoUser extends DemoUser {
  username: string;
  role: 'admin';
}

const { keyHash: _hash, ...keyColumns } = getTableColumns(apiKeys);
const userColumns = {
  id: users.id,
  organizationId: users.organizationId,
  email: users.email,
  passwordHash: users.passwordHash,
};

/** Makes concurrent seeds wait for each other until the end of their transactions. */
export async function lockDemo(tx: Tx): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('triptych demo'))`);
}

/** False if the slug exists already. */
export async function insertOrganization(
  tx: Tx,
  organization: { id: string; slug: string; name: string },
): Promise<boolean> {
  const inserted = await tx
    .insert(organizations)
    .values(organization)
    .onConflictDoNothing()
    .returning({ id: organizations.id });
  return inserted.length > 0;
}

export async function findOrganization(tx: Tx, slug: string): Promise<string | null> {
  const [row] = await tx
    .select({ id: organizations.id })
    .from(organizations)
    .where(eq(organizations.slug, slug));
  return row?.id ?? null;
}

/** False if the e-mail address or the username exists already. */
export async function insertUser(tx: Tx, user: NewDemoUser): Promise<boolean> {
  const inserted = await tx.insert(users).values(user).onConflictDoNothing().returning({ id: users.id });
  return inserted.length > 0;
}

export async function findUser(tx: Tx, email: string): Promise<DemoUser | null> {
  const [row] = await tx
    .select(userColumns)
    .from(users)
    .where(sql`${caseFolded(users.email)} = ${foldCase(email)}`);
  return row ?? null;
}

/** False if the user is a member already, in whatever role. */
export async function insertOwner(tx: Tx, organizationId: string, userId: string): Promise<boolean> {
  const inserted = await tx
    .insert(memberships)
    .values({ organizationId, userId, role: 'owner' })
    .onConflictDoNothing()
    .returning({ userId: memberships.userId });
  return inserted.length > 0;
}

export async function insertApiKey(tx: Tx, key: NewApiKey): Promise<ApiKey> {
  const [row] = await tx.insert(apiKeys).values(key).returning(keyColumns);
  if (!row) throw new Error('An insert returned no row');
  return row;
}

/** Whether this organisation has a key with this hash that is not revoked. */
export async function hasApiKey(tx: Tx, orgId: string, keyHash: string): Promise<boolean> {
  const [row] = await tx
    .select({ id: apiKeys.id })
    .from(apiKeys)
    .where(and(eq(apiKeys.organizationId, orgId), eq(apiKeys.keyHash, keyHash), isNull(apiKeys.revokedAt)));
  return row !== undefined;
}

/** Revokes the valid keys of this name, and returns them. */
export function revokeApiKeys(tx: Tx, orgId: string, name: string): Promise<ApiKey[]> {
  return tx
    .update(apiKeys)
    .set({ revokedAt: sql`now()` })
    .where(and(eq(apiKeys.organizationId, orgId), eq(apiKeys.name, name), isNull(apiKeys.revokedAt)))
    .returning(keyColumns);
}
