import { Injectable } from '@nestjs/common';
import { z } from 'zod';

import { toJson } from '../../cache/json-value.js';
import { parseJson } from '../../cache/replay/remembered-request.js';
import type { CachedLoad, FreshLoad } from '../../flows/reconciliation/cache/cached-load.js';
import { CredentialHashes } from './credential-hashes.pg.read-model.js';
import { IdentitiesReadModel } from './identities.pg.read-model.js';
import { PRINCIPAL_NAMESPACE } from './principal-tags.js';

/** The part of a cached identity that identifies its credential. The rest is compared. */
const identity = z.object({
  kind: z.enum(['user', 'api_key', 'anonymous_owner']),
  userId: z.string(),
  sessionId: z.string().nullable(),
  apiKeyId: z.string().nullable(),
  key: z.object({ secretId: z.string().nullable() }).optional(),
});

/**
 * Repeats the lookup of a cached identity, for the check of the cache. Its key is derived from a secret's hash, which
 * no value in Redis contains, so the identity is found by the credential that it names.
 */
@Injectable()
export class PrincipalLoads implements CachedLoad {
  readonly namespace = PRINCIPAL_NAMESPACE;

  constructor(
    private readonly credentials: CredentialHashes,
    private readonly identities: IdentitiesReadModel,
  ) {}

  async again(body: Buffer): Promise<FreshLoad | null> {
    const parsed = identity.safeParse(parseJson(body.toString('utf8'), null));
    if (!parsed.success) return null;
    const { kind, userId, sessionId, apiKeyId, key } = parsed.data;
    switch (kind) {
      case 'user': {
        const hash = await this.credentials.ofSession(sessionId ?? '');
        return hash === null ? null : loadOf(`principal:${hash}`, await this.identities.ofSession(hash));
      }
      case 'api_key': {
        const secretId = key?.secretId ?? null;
        const hash =
          secretId === null
            ? await this.credentials.ofApiKey(apiKeyId ?? '')
            : await this.credentials.ofReplacedSecret(secretId);
        return hash === null ? null : loadOf(`key:${hash}`, await this.identities.ofApiKey(hash));
      }
      case 'anonymous_owner':
        return loadOf('principal:demo', await this.identities.ofDemoOwner(userId));
    }
  }
}

const loadOf = (key: string, found: object | null): FreshLoad | null =>
  found && { key, value: toJson(found) };
