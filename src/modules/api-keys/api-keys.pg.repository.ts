import { Injectable } from '@nestjs/common';
import { and, desc, eq, getTableColumns, isNull, type SQL, sql } from 'drizzle-orm';

import { idBelow } from '../../stores/postgres/keyset.js';
import { Postgres, type Db, type Tx } from '../../stores/postgres/postgres.js';
import type { ApiKey, ApiKeyChanges, ApiKeyFilter, CountedApiKey, Credits, NewApiKey } from './api-key.js';
import { apiKeyCredits } from './api-key-credits.table.js';
import { balanceAt } from './key-credits.pg.repository.js';
import { memberships } from '../organizations/organizations.table.js';
import { apiKeys } from './api-keys.table.js';

const { keyHash: _hash, ...columns } = getTableColumns(apiKeys);

/** Keys with their credits at a moment. */
const counted = (db: Db | Tx, now: Date) =>
  db
    .select({
      key: columns,
      isCounted: sql<boolean>`${apiKeyCredits.apiKeyId} is not null`,
      balance: balanceAt(now),
      amount: apiKeyCredits.refillAmount,
      interval: apiKeyCredits.refillInterval,
      day: apiKeyCredits.refillDay,
    })
    .from(apiKeys)
    .leftJoin(apiKeyCredits, eq(apiKeyCredits.apiKeyId, apiKeys.id));

type Row = Awaited<ReturnType<typeof counted>>[number];

const toCounted = ({ key, isCounted, balance, amount, interval, day }: Row): CountedApiKey => ({
  ...key,
  credits: isCounted ? creditsOf(balance, amount, interval, day) : null,
});

const creditsOf = (
  remaining: number,
  amount: number | null,
  interval: 'daily' | 'monthly' | null,
  day: number | null,
): Credits => ({
  remaining,
  refill: amount === null || interval === null ? null : { amount, interval, day },
});

const one = (orgId: string, id: string): SQL | undefined =>
  and(eq(apiKeys.organizationId, orgId), eq(apiKeys.id, id));

@Injectable()
export class ApiKeysRepository {
  constructor(private readonly postgres: Postgres) {}

  async insert(tx: Tx, key: NewApiKey): Promise<ApiKey> {
    const [row] = await tx.insert(apiKeys).values(key).returning(columns);
    if (!row) throw new Error('An insert returned no row');
    return row;
  }

  async find(orgId: string, id: string, now: Date): Promise<CountedApiKey | null> {
    const [row] = await this.postgres.run((db) => counted(db, now).where(one(orgId, id)));
    return row ? toCounted(row) : null;
  }

  /** Newest first, by id (UUIDv7). Includes revoked keys. */
  async list(
    orgId: string,
    { environment, enabled, userId }: ApiKeyFilter,
    limit: number,
    beforeId: string | null,
    now: Date,
  ): Promise<CountedApiKey[]> {
    const rows = await this.postgres.run((db) =>
      counted(db, now)
        .where(
          and(
            eq(apiKeys.organizationId, orgId),
            environment === undefined ? undefined : eq(apiKeys.environment, environment),
            enabled === undefined ? undefined : eq(apiKeys.enabled, enabled),
            userId === undefined ? undefined : eq(apiKeys.createdBy, userId),
            idBelow(apiKeys.id, beforeId),
          ),
        )
        .orderBy(desc(apiKeys.id))
        .limit(limit),
    );
    return rows.map(toCounted);
  }

  /** The key, locked until the transaction ends. */
  async findForUpdate(tx: Tx, orgId: string, id: string, now: Date): Promise<CountedApiKey | null> {
    const [row] = await counted(tx, now).where(one(orgId, id)).for('update', { of: apiKeys });
    return row ? toCounted(row) : null;
  }

  async update(tx: Tx, orgId: string, id: string, changes: ApiKeyChanges): Promise<void> {
    if (Object.keys(changes).length === 0) return;
    await tx.update(apiKeys).set(changes).where(one(orgId, id));
  }

  /**
   * Revokes the valid ones among a key and its descendants, the keys that it or its descendants have created. Returns
   * them.
   */
  revokeWithChildren(tx: Tx, orgId: string, id: string): Promise<ApiKey[]> {
    const family = sql`(with recursive family as (
        select id from ${apiKeys} where organization_id = ${orgId} and id = ${id}
        union select child.id from ${apiKeys} as child join family on child.parent_id = family.id
      ) select id from family)`;
    return tx
      .update(apiKeys)
      .set({ revokedAt: sql`now()` })
      .where(
        and(eq(apiKeys.organizationId, orgId), sql`${apiKeys.id} in ${family}`, isNull(apiKeys.revokedAt)),
      )
      .returning(columns);
  }

  /** Revokes the valid keys of a member in one organisation. Returns them. */
  revokeOfCreator(tx: Tx, orgId: string, userId: string): Promise<ApiKey[]> {
    return tx
      .update(apiKeys)
      .set({ revokedAt: sql`now()` })
      .where(and(eq(apiKeys.organizationId, orgId), eq(apiKeys.createdBy, userId), isNull(apiKeys.revokedAt)))
      .returning(columns);
  }

  /** Whether the key that creates another is still valid. It stays so until the transaction ends. */
  async lockParent(tx: Tx, orgId: string, id: string): Promise<boolean> {
    const rows = await tx
      .select({ id: apiKeys.id })
      .from(apiKeys)
      .where(and(one(orgId, id), isNull(apiKeys.revokedAt), eq(apiKeys.enabled, true)))
      .for('share');
    return rows.length > 0;
  }

  /** Whether the creator is a member. The membership stays until the transaction ends. */
  async lockMembership(tx: Tx, orgId: string, userId: string): Promise<boolean> {
    const rows = await tx
      .select({ userId: memberships.userId })
      .from(memberships)
      .where(and(eq(memberships.organizationId, orgId), eq(memberships.userId, userId)))
      .for('share');
    return rows.length > 0;
  }

  /** In every organisation. Returns them, including revoked keys. */
  deleteOfCreator(tx: Tx, userId: string): Promise<ApiKey[]> {
    return tx.delete(apiKeys).where(eq(apiKeys.createdBy, userId)).returning(columns);
  }
}
