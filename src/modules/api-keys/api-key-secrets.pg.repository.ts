import { Injectable } from '@nestjs/common';
import { and, eq, gt, lt } from 'drizzle-orm';

import { newId } from '../../common/ids/ids.js';
import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import { apiKeySecrets } from './api-key-secrets.table.js';
import { apiKeys } from './api-keys.table.js';

/** How long an ended secret can still be distinguished from one that never existed. */
const REMEMBERED_MS = 90 * 24 * 3_600_000;

/** The replacement of a secret. */
export interface Rotation {
  keyHash: string;
  start: string;
  /** When the replaced secret ends. */
  overlapEndsAt: Date;
}

/** The secrets of keys. */
@Injectable()
export class ApiKeySecretsRepository {
  constructor(private readonly postgres: Postgres) {}

  /** The hash of the current secret. */
  async current(orgId: string, id: string): Promise<string | null> {
    const [row] = await this.postgres.run((db) =>
      db
        .select({ keyHash: apiKeys.keyHash })
        .from(apiKeys)
        .where(and(eq(apiKeys.organizationId, orgId), eq(apiKeys.id, id))),
    );
    return row?.keyHash ?? null;
  }

  /**
   * False: the current secret is no longer `from`. The key has to be locked. Older secrets end no later than this one.
   */
  async replace(
    tx: Tx,
    orgId: string,
    id: string,
    from: string,
    { keyHash, start, overlapEndsAt }: Rotation,
    now: Date,
  ): Promise<boolean> {
    const replaced = await tx
      .update(apiKeys)
      .set({ keyHash, start })
      .where(and(eq(apiKeys.organizationId, orgId), eq(apiKeys.id, id), eq(apiKeys.keyHash, from)))
      .returning({ id: apiKeys.id });
    if (replaced.length === 0) return false;
    const forgottenBefore = new Date(now.getTime() - REMEMBERED_MS);
    await tx
      .delete(apiKeySecrets)
      .where(and(eq(apiKeySecrets.apiKeyId, id), lt(apiKeySecrets.expiresAt, forgottenBefore)));
    await tx
      .update(apiKeySecrets)
      .set({ expiresAt: overlapEndsAt })
      .where(and(eq(apiKeySecrets.apiKeyId, id), gt(apiKeySecrets.expiresAt, overlapEndsAt)));
    await tx
      .insert(apiKeySecrets)
      .values({ id: newId(), apiKeyId: id, keyHash: from, expiresAt: overlapEndsAt });
    return true;
  }
}
