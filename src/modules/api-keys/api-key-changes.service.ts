import { Injectable } from '@nestjs/common';

import { newToken } from '../../common/crypto/tokens.js';
import { NotFound } from '../../common/errors/kinds.js';
import { assertIfMatch } from '../../common/http/etag.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { isId } from '../../common/ids/ids.js';
import { Clock } from '../../common/time/clock.js';
import { Outbox } from '../../flows/outbox/outbox.js';
import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import type { CountedApiKey } from './api-key.js';
import { toApiKeyResponse } from './api-key.response.js';
import { ApiKeySecretsRepository } from './api-key-secrets.pg.repository.js';
import type { UpdateApiKeyDto } from './api-keys.dto.js';
import { ApiKeyRevoked, RotatedMeanwhile } from './api-keys.errors.js';
import { apiKeyRotated, apiKeyUpdated } from './api-keys.events.js';
import { canAddScopes, canManageApiKeys, canRotate } from './api-keys.policy.js';
import { type ApiKeyPatch, applyPatch } from './api-key-patch.js';
import { assertWithin, KeyBounds } from './key-bounds.js';
import { StoredApiKeys } from './stored-api-keys.js';

const notFound = () => new NotFound('There is no such API key.');

/** Changes of existing API keys. They take effect on the next request, on every instance. */
@Injectable()
export class ApiKeyChanges {
  constructor(
    private readonly postgres: Postgres,
    private readonly stored: StoredApiKeys,
    private readonly secrets: ApiKeySecretsRepository,
    private readonly bounds: KeyBounds,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Throws `NotFound`, `PreconditionFailed`, `Invalid`, `Forbidden`, `BeyondParentKey`, `ApiKeyRevoked`. */
  async update(
    actor: Principal,
    id: string,
    patch: UpdateApiKeyDto,
    ifMatch?: string,
  ): Promise<CountedApiKey> {
    assertCan(canManageApiKeys(actor));
    const caller = await this.bounds.ofCaller(actor);
    return this.postgres.transaction(async (tx) => {
      const current = await this.existing(tx, actor, id);
      assertIfMatch(ifMatch, toApiKeyResponse(current));
      if (current.revokedAt) throw new ApiKeyRevoked();
      const applied = applyPatch(current, patch);
      if (applied.changed.length === 0) return current;
      this.assertAllowed(actor, current, applied);
      assertWithin(caller, { ...current, ...applied.columns }, (field) => applied.changed.includes(field));
      await this.stored.write(tx, current, applied, this.clock.now());
      const updated = await this.existing(tx, actor, id);
      await this.outbox.add(tx, apiKeyUpdated(actor, updated, applied.changed));
      return updated;
    });
  }

  /**
   * Creates a new secret at once. The old one stays valid until the overlap ends. Throws `NotFound`, `Forbidden`,
   * `BeyondParentKey`, `ApiKeyRevoked`, `RotatedMeanwhile`.
   */
  async rotate(
    actor: Principal,
    id: string,
    overlapSeconds: number,
  ): Promise<{ key: string; apiKey: CountedApiKey }> {
    assertCan(canManageApiKeys(actor));
    // Read before the key is locked. If two requests read the same secret here, only one of them replaces it.
    const from = isId(id) ? await this.secrets.current(actor.orgId, id) : null;
    if (from === null) throw notFound();
    const caller = actor.apiKeyId === id ? null : await this.bounds.ofCaller(actor);
    const now = this.clock.now();
    const overlapEndsAt = new Date(now.getTime() + overlapSeconds * 1_000);
    return this.postgres.transaction(async (tx) => {
      const current = await this.existing(tx, actor, id);
      assertCan(canRotate(actor, current));
      assertWithin(caller, current);
      if (current.revokedAt) throw new ApiKeyRevoked();
      const { token, hash, start } = newToken(current.environment, current.createdBy);
      const rotation = { keyHash: hash, start, overlapEndsAt };
      if (!(await this.secrets.replace(tx, actor.orgId, id, from, rotation, now)))
        throw new RotatedMeanwhile();
      const apiKey = { ...current, start };
      await this.outbox.add(tx, apiKeyRotated(actor, apiKey, overlapSeconds));
      return { key: token, apiKey };
    });
  }

  private assertAllowed(actor: Principal, key: CountedApiKey, patch: ApiKeyPatch): void {
    const { scopes, expiresAt } = patch.columns;
    if (scopes) {
      assertCan(canAddScopes(actor, key, scopes));
      this.bounds.assertKnown(scopes);
    }
    this.bounds.assertAhead(expiresAt);
  }

  private async existing(tx: Tx, actor: Principal, id: string): Promise<CountedApiKey> {
    const key = isId(id) ? await this.stored.lock(tx, actor.orgId, id, this.clock.now()) : null;
    if (!key) throw notFound();
    return key;
  }
}
