import { Injectable } from '@nestjs/common';

import { newToken } from '../../common/crypto/tokens.js';
import { NotFound } from '../../common/errors/kinds.js';
import { assertIfMatch } from '../../common/http/etag.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { isId, newId } from '../../common/ids/ids.js';
import { Clock } from '../../common/time/clock.js';
import type { DomainEvent } from '../../flows/outbox/domain-event.js';
import { Outbox } from '../../flows/outbox/outbox.js';
import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import type { ApiKey, ApiKeyFilter, CountedApiKey } from './api-key.js';
import { toApiKeyResponse } from './api-key.response.js';
import type { CreateApiKeyDto } from './api-keys.dto.js';
import { apiKeyCreated, apiKeyRevoked } from './api-keys.events.js';
import { ApiKeysRepository } from './api-keys.pg.repository.js';
import { canGrantScopes, canManageApiKeys, canReadApiKeys } from './api-keys.policy.js';
import { KeyBounds } from './key-bounds.js';
import { KeyCreditsRepository } from './key-credits.pg.repository.js';

const notFound = () => new NotFound('There is no such API key.');

/** The API keys of one organisation. */
@Injectable()
export class ApiKeysService {
  constructor(
    private readonly postgres: Postgres,
    private readonly apiKeys: ApiKeysRepository,
    private readonly credits: KeyCreditsRepository,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly bounds: KeyBounds,
  ) {}

  /** Only this answer contains the key itself. Throws `Forbidden`, `Invalid`, `BeyondParentKey`. */
  async create(actor: Principal, input: CreateApiKeyDto): Promise<{ key: string; apiKey: CountedApiKey }> {
    assertCan(canManageApiKeys(actor) && canGrantScopes(actor, input.scopes));
    this.bounds.assertKnown(input.scopes);
    const limits = await this.bounds.ofNewKey(actor, input);
    const { token, hash, start } = newToken(input.environment, actor.userId);
    const now = this.clock.now();
    const apiKey = await this.postgres.transaction(async (tx) => {
      const created = await this.apiKeys.insert(tx, {
        ...{ id: newId(), organizationId: actor.orgId, createdBy: actor.userId, parentId: actor.apiKeyId },
        ...{ name: input.name, scopes: [...new Set(input.scopes)], start, keyHash: hash },
        ...limits.columns,
      });
      if (limits.credits) await this.credits.insert(tx, created.id, limits.credits, now);
      // After the insert, which detects a deleted account, so that a key never outlives the membership that it uses.
      assertCan(await this.apiKeys.lockMembership(tx, actor.orgId, actor.userId));
      if (actor.apiKeyId !== null) assertCan(await this.apiKeys.lockParent(tx, actor.orgId, actor.apiKeyId));
      await this.outbox.add(tx, apiKeyCreated(actor, created));
      return { ...created, credits: limits.credits };
    });
    return { key: token, apiKey };
  }

  /** Newest first, and one more than `limit` if it exists. */
  async list(
    actor: Principal,
    filter: ApiKeyFilter,
    limit: number,
    beforeId: string | null,
  ): Promise<CountedApiKey[]> {
    assertCan(canReadApiKeys(actor));
    if (filter.userId !== undefined && !isId(filter.userId)) return [];
    return this.apiKeys.list(actor.orgId, filter, limit + 1, beforeId, this.clock.now());
  }

  /** Throws `NotFound`. */
  async get(actor: Principal, id: string): Promise<CountedApiKey> {
    assertCan(canReadApiKeys(actor));
    const key = isId(id) ? await this.apiKeys.find(actor.orgId, id, this.clock.now()) : null;
    if (!key) throw notFound();
    return key;
  }

  /**
   * The next request with the key is refused, on every instance, and so are requests with the keys that it has
   * created. A revoked key stays revoked. Throws `NotFound`, `PreconditionFailed`.
   */
  async revoke(actor: Principal, id: string, ifMatch?: string): Promise<void> {
    assertCan(canManageApiKeys(actor));
    if (!isId(id)) throw notFound();
    await this.postgres.transaction(async (tx) => {
      const current = await this.apiKeys.findForUpdate(tx, actor.orgId, id, this.clock.now());
      if (!current) throw notFound();
      assertIfMatch(ifMatch, toApiKeyResponse(current));
      const revoked = await this.revokeFamily(tx, actor.orgId, id);
      await this.outbox.add(tx, ...revoked.map((key) => apiKeyRevoked(actor, key)));
    });
  }

  /** Part of the transaction that ends a membership of the caller's organisation. Returns its events. */
  async revokeAllOf(tx: Tx, actor: Principal, memberId: string): Promise<DomainEvent[]> {
    const revoked = await this.apiKeys.revokeOfCreator(tx, actor.orgId, memberId);
    return revoked.map((key) => apiKeyRevoked(actor, key));
  }

  /** Repeated until no valid key is left, because a key may have created another one just before it was revoked. */
  private async revokeFamily(tx: Tx, orgId: string, id: string): Promise<ApiKey[]> {
    const revoked: ApiKey[] = [];
    for (;;) {
      const found = await this.apiKeys.revokeWithChildren(tx, orgId, id);
      if (found.length === 0) return revoked;
      revoked.push(...found);
    }
  }
}
