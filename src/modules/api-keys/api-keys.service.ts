import { Injectable } from '@nestjs/common';

import { newToken } from '../../common/crypto/tokens.js';
import { NotFound } from '../../common/errors/kinds.js';
import { assertIfMatch } from '../../common/http/etag.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { isId, newId } from '../../common/ids/ids.js';
import { Clock } from '../../common/time/clock.js';
import { Declarations } from '../../flows/declarations.js';
import type { DomainEvent } from '../../flows/outbox/domain-event.js';
import { Outbox } from '../../flows/outbox/outbox.js';
import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import type { ApiKey } from './api-key.js';
import { toApiKeyResponse } from './api-key.response.js';
import type { CreateApiKeyDto } from './api-keys.dto.js';
import { BeyondParentKey, ExpiryInThePast, UnknownResource } from './api-keys.errors.js';
import { apiKeyCreated, apiKeyRevoked } from './api-keys.events.js';
import { ApiKeysRepository } from './api-keys.pg.repository.js';
import {
  canGrantScopes,
  canManageApiKeys,
  canReadApiKeys,
  fieldsBeyond,
  unknownScopes,
} from './api-keys.policy.js';

const notFound = () => new NotFound('There is no such API key.');

/** The API keys of one organisation. */
@Injectable()
export class ApiKeysService {
  constructor(
    private readonly postgres: Postgres,
    private readonly apiKeys: ApiKeysRepository,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly declarations: Declarations,
  ) {}

  /** The key itself is in this answer and nowhere else. Throws `Forbidden`, `Invalid`, `BeyondParentKey`. */
  async create(actor: Principal, input: CreateApiKeyDto): Promise<{ key: string; apiKey: ApiKey }> {
    assertCan(canManageApiKeys(actor) && canGrantScopes(actor, input.scopes));
    const unknown = unknownScopes(input.scopes, this.declarations.resources);
    if (unknown.length > 0) throw new UnknownResource(unknown, this.declarations.resources);
    const expiresAt = await this.expiryOf(actor, input);
    const { token, hash, start } = newToken(input.environment, actor.userId);
    const apiKey = await this.postgres.transaction(async (tx) => {
      const created = await this.apiKeys.insert(tx, {
        id: newId(),
        organizationId: actor.orgId,
        createdBy: actor.userId,
        name: input.name,
        environment: input.environment,
        scopes: [...new Set(input.scopes)],
        expiresAt,
        start,
        keyHash: hash,
      });
      // After the insert, which finds out that an account is gone: a key never outlives the membership it acts with.
      assertCan(await this.apiKeys.lockMembership(tx, actor.orgId, actor.userId));
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

  /**
   * From the next request on the key is refused, on every instance. A revoked one stays so. Throws `NotFound`,
   * `PreconditionFailed`.
   */
  async revoke(actor: Principal, id: string, ifMatch?: string): Promise<void> {
    assertCan(canManageApiKeys(actor));
    if (!isId(id)) throw notFound();
    await this.postgres.transaction(async (tx) => {
      const current = await this.apiKeys.findForUpdate(tx, actor.orgId, id);
      if (!current) throw notFound();
      assertIfMatch(ifMatch, toApiKeyResponse(current));
      const revoked = await this.apiKeys.revoke(tx, actor.orgId, id);
      if (revoked) await this.outbox.add(tx, apiKeyRevoked(actor, revoked));
    });
  }

  /** Part of the transaction that ends a membership of the caller's organisation: its events. */
  async revokeAllOf(tx: Tx, actor: Principal, memberId: string): Promise<DomainEvent[]> {
    const revoked = await this.apiKeys.revokeOfCreator(tx, actor.orgId, memberId);
    return revoked.map((key) => apiKeyRevoked(actor, key));
  }

  /** When the new key expires; null: never. */
  private async expiryOf(actor: Principal, input: CreateApiKeyDto): Promise<Date | null> {
    const wanted = input.expires_at === undefined ? null : new Date(input.expires_at);
    if (wanted && wanted <= this.clock.now()) throw new ExpiryInThePast();
    if (actor.apiKeyId === null) return wanted;
    const parent = await this.apiKeys.find(actor.orgId, actor.apiKeyId);
    if (!parent) throw notFound();
    const expiresAt = wanted ?? parent.expiresAt;
    const beyond = fieldsBeyond(parent, { environment: input.environment, expiresAt });
    if (beyond.length > 0) throw new BeyondParentKey(beyond);
    return expiresAt;
  }
}
