import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { z } from 'zod';

import type { CacheValue } from '../../../cache/cache-entry.js';
import { toJson } from '../../../cache/json-value.js';
import { IdentitiesReadModel } from '../../../modules/auth/identities.pg.read-model.js';
import { PRINCIPAL_NAMESPACE } from '../../../modules/auth/principal-tags.js';
import { UsersReadModel } from '../../../modules/users/users.pg.read-model.js';
import { persistently } from '../persistently.js';
import type { ValidEntry } from './cached-entries.js';
import { CredentialHashes } from './credential-hashes.pg.read-model.js';
import { parseJson, parseKey } from './remembered-request.js';
import { RouteReplay } from './route-replay.js';

/** `ActivityService`'s look-up of an address. */
const EMAIL_KEY = /^activity:email:(.+)$/;

/** What a cached identity says of itself; whatever else it says is compared. */
const identity = z.object({
  kind: z.enum(['user', 'api_key', 'anonymous_owner']),
  userId: z.string(),
  sessionId: z.string().nullable(),
  apiKeyId: z.string().nullable(),
});

/** The load behind a cache entry, done again. `key`: under which the answer belongs. */
export interface FreshLoad {
  key: string;
  value: CacheValue;
}

/** Knows for every kind of entry how to ask again what it answers. */
@Injectable()
export class FreshLoads {
  constructor(
    private readonly modules: ModuleRef,
    private readonly replay: RouteReplay,
    private readonly credentials: CredentialHashes,
  ) {}

  /** False: the entry does not say what it answers. It ends by its time. */
  canAskAgain({ orgId, key }: ValidEntry): boolean {
    return key !== null || orgId === PRINCIPAL_NAMESPACE;
  }

  /**
   * `unknown`: no load of ours makes such an entry. Null: what it is about does not exist any more.
   * Rejects with `StoreUnavailable`.
   */
  of(valid: ValidEntry): Promise<FreshLoad | 'unknown' | null> {
    return persistently(() => this.load(valid));
  }

  private async load({ orgId, key, entry }: ValidEntry): Promise<FreshLoad | 'unknown' | null> {
    if (orgId === PRINCIPAL_NAMESPACE) return this.identity(entry.value.body);
    if (key === null) return 'unknown';
    const userId = EMAIL_KEY.exec(key)?.[1];
    if (userId !== undefined) {
      const users = this.modules.get(UsersReadModel, { strict: false });
      return { key, value: toJson(await users.emailOf(orgId, userId)) };
    }
    return this.route(orgId, key);
  }

  private async route(orgId: string, key: string): Promise<FreshLoad | 'unknown'> {
    const parsed = parseKey(key);
    if (!parsed) return 'unknown';
    const principal = parsed.principal && { ...parsed.principal, orgId };
    const value = await this.replay.answer({ ...parsed, principal });
    return value === null ? 'unknown' : { key, value };
  }

  /** Its key is made of a secret's hash, which no value in Redis holds: found by the credential that it names. */
  private async identity(body: Buffer): Promise<FreshLoad | null> {
    const parsed = identity.safeParse(parseJson(body.toString('utf8'), null));
    if (!parsed.success) return null;
    const { kind, userId, sessionId, apiKeyId } = parsed.data;
    const identities = this.modules.get(IdentitiesReadModel, { strict: false });
    switch (kind) {
      case 'user': {
        const hash = await this.credentials.ofSession(sessionId ?? '');
        return hash === null ? null : principalLoad(hash, await identities.ofSession(hash));
      }
      case 'api_key': {
        const hash = await this.credentials.ofApiKey(apiKeyId ?? '');
        return hash === null ? null : principalLoad(hash, await identities.ofApiKey(hash));
      }
      case 'anonymous_owner':
        return principalLoad('demo', await identities.ofDemoOwner(userId));
    }
  }
}

const principalLoad = (name: string, found: object | null): FreshLoad | null =>
  found && { key: `principal:${name}`, value: toJson(found) };
