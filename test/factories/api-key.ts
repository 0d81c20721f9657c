import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import { newToken } from '../../src/common/crypto/tokens.js';
import { newId } from '../../src/common/ids/ids.js';
import { apiKeys } from '../../src/modules/api-keys/api-keys.table.js';
import { Postgres } from '../../src/stores/postgres/postgres.js';
import type { Tenant } from './tenant.js';

/** A key, written past the service, so that it may be expired or revoked from the start. */
export async function seedKey(
  app: NestFastifyApplication,
  creator: Tenant,
  scopes: readonly string[],
  ended: { expiresAt?: Date; revokedAt?: Date } = {},
): Promise<string> {
  const { token, hash, start } = newToken('test', creator.userId);
  await app.get(Postgres).transaction((tx) =>
    tx.insert(apiKeys).values({
      ...{ id: newId(), organizationId: creator.orgId, createdBy: creator.userId, name: 'matrix' },
      ...{ environment: 'test', scopes: [...scopes], start, keyHash: hash, ...ended },
    }),
  );
  return token;
}
