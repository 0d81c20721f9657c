import { Injectable } from '@nestjs/common';
import { and, desc, eq, getTableColumns, isNull, sql } from 'drizzle-orm';

import { idBelow } from '../../stores/postgres/keyset.js';
import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import type { ApiKey, NewApiKey } from './api-key.js';
import { memberships } from '../organizations/organizations.table.js';
import { apiKeys } from './api-keys.table.js';

const { keyHash: _hash, ...columns } = getTableColumns(apiKeys);

@Injectable()
export class ApiKeysRepository {
  constructor(private readonly postgres: Postgres) {}

  async insert(tx: Tx, key: NewApiKey): Promise<ApiKey> {
    const [row] = await tx.insert(apiKeys).values(key).returning(columns);
    if (!row) throw new Error('An insert returned no row');
    return row;
  }

  async find(orgId: string, id: string): Promise<ApiKey | null> {
    const [row] = await this.postgres.run((db) =>
      db
        .select(columns)
        .from(apiKeys)
        .where(and(eq(apiKeys.organizationId, orgId), eq(apiKeys.id, id))),
    );
    return row ?? null;
  }

  /** Newest first: ids are UUIDv7. Revoked ones included. */
  list(orgId: string, limit: number, beforeId: string | null): Promise<ApiKey[]> {
    return this.postgres.run((db) =>
      db
        .select(columns)
        .from(apiKeys)
        .where(and(eq(apiKeys.organizationId, orgId), idBelow(apiKeys.id, beforeId)))
        .orderBy(desc(apiKeys.id))
        .limit(limit),
    );
  }

  /** The key, locked until the transaction ends. */
  async findForUpdate(tx: Tx, orgId: string, id: string): Promise<ApiKey | null> {
    const [row] = await tx
      .select(columns)
      .from(apiKeys)
      .where(and(eq(apiKeys.organizationId, orgId), eq(apiKeys.id, id)))
      .for('update');
    return row ?? null;
  }

  /** Null where there is no such key, or it is revoked already. */
  async revoke(tx: Tx, orgId: string, id: string): Promise<ApiKey | null> {
    const [row] = await tx
      .update(apiKeys)
      .set({ revokedAt: sql`now()` })
      .where(and(eq(apiKeys.organizationId, orgId), eq(apiKeys.id, id), isNull(apiKeys.revokedAt)))
      .returning(columns);
    return row ?? null;
  }

  /** What is still valid of a member's keys in one organisation. Returns them. */
  revokeOfCreator(tx: Tx, orgId: string, userId: string): Promise<ApiKey[]> {
    return tx
      .update(apiKeys)
      .set({ revokedAt: sql`now()` })
      .where(and(eq(apiKeys.organizationId, orgId), eq(apiKeys.createdBy, userId), isNull(apiKeys.revokedAt)))
      .returning(columns);
  }

  /** Whether the creator is a member; it stays one until the transaction ends. */
  async lockMembership(tx: Tx, orgId: string, userId: string): Promise<boolean> {
    const rows = await tx
      .select({ userId: memberships.userId })
      .from(memberships)
      .where(and(eq(memberships.organizationId, orgId), eq(memberships.userId, userId)))
      .for('share');
    return rows.length > 0;
  }

  /** In whatever organisation. Returns them, the revoked ones included. */
  deleteOfCreator(tx: Tx, userId: string): Promise<ApiKey[]> {
    return tx.delete(apiKeys).where(eq(apiKeys.createdBy, userId)).returning(columns);
  }
}
