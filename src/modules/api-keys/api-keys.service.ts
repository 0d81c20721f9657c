import { Injectable } from '@nestjs/common';

import { newToken } from '../../common/crypto/tokens.js';
import { NotFound } from '../../common/errors/kinds.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { isId, newId } from '../../common/ids/ids.js';
import { Outbox } from '../../flows/outbox/outbox.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import type { ApiKey } from './api-key.js';
import type { CreateApiKeyDto } from './api-keys.dto.js';
import { apiKeyCreated, apiKeyRevoked } from './api-keys.events.js';
import { ApiKeysRepository } from './api-keys.pg.repository.js';
import { canGrantScopes, canManageApiKeys, canReadApiKeys } from './api-keys.policy.js';

const notFound = () => new NotFound('There is no such API key.');

/** The API keys of one organisation. */
@Injectable()
export class ApiKeysService {
  constructor(
    private readonly postgres: Postgres,
    private readonly apiKeys: ApiKeysRepository,
    private readonly outbox: Outbox,
  ) {}

  /** The key itself is in this answer and nowhere else. */
  async create(actor: Principal, input: CreateApiKeyDto): Promise<{ key: string; apiKey: ApiKey }> {
    assertCan(canManageApiKeys(actor) && canGrantScopes(actor, input.scopes));
    const { token, hash, start } = newToken(input.environment, actor.userId);
    const apiKey = await this.postgres.transaction(async (tx) => {
      const created = await this.apiKeys.insert(tx, {
        id: newId(),
        organizationId: actor.orgId,
        createdBy: actor.userId,
        name: input.name,
        environment: input.environment,
        scopes: [...new Set(input.scopes)],
        expiresAt: input.expires_at === undefined ? null : new Date(input.expires_at),
        start,
        keyHash: hash,
      });
      await this.outbox.add(tx, apiKeyCreated(actor, created));
      return created;
    });
    return { key: token, apiKey };
  }

  /** Newest first; one more than `limit`, where there is one. */
  list(actor: Principal, limit: number, beforeId: string | null): Promise<ApiKey[]> {
    assertCan(canReadApiKeys(actor));
    return this.apiKeys.list(actor.orgId, limit + 1, beforeId);
  }

  /** Throws `NotFound`. */
  async get(actor: Principal, id: string): Promise<ApiKey> {
    assertCan(canReadApiKeys(actor));
    const key = isId(id) ? await this.apiKeys.find(actor.orgId, id) : null;
    if (!key) throw notFound();
    return key;
  }

  /** From the next request on the key is refused, on every instance. A revoked one stays so. Throws `NotFound`. */
  async revoke(actor: Principal, id: string): Promise<void> {
    assertCan(canManageApiKeys(actor));
    await this.get(actor, id);
    await this.postgres.transaction(async (tx) => {
      const revoked = await this.apiKeys.revoke(tx, actor.orgId, id);
      if (revoked) await this.outbox.add(tx, apiKeyRevoked(actor, revoked));
    });
  }
}
