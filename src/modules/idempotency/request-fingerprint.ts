import { Injectable } from '@nestjs/common';
import canonicalize from 'canonicalize';
import type { FastifyRequest } from 'fastify';

import { isSecretName } from '../../common/crypto/secret-names.js';
import { ServerKeys } from '../../config/server-keys.js';

const PURPOSE = 'idempotency fingerprint';

type Fingerprinted = Pick<FastifyRequest, 'method' | 'url' | 'body'>;

/**
 * Tells whether two requests are the same: method, address and payload, whatever the order of its members. Credentials are
 * left out and the rest is authenticated under a key of the server, so that nothing can be found out from what is kept.
 */
@Injectable()
export class RequestFingerprint {
  constructor(private readonly keys: ServerKeys) {}

  of(request: Fingerprinted): string {
    return this.keys.sign(PURPOSE, textOf(request));
  }

  matches(request: Fingerprinted, fingerprint: string): boolean {
    return this.keys.isSigned(PURPOSE, textOf(request), fingerprint);
  }
}

const textOf = ({ method, url, body }: Fingerprinted): string =>
  canonicalize([method, url, withoutSecrets(body ?? null)]) ?? '';

/** An unpaired surrogate, of which RFC 8785 has no canonical form, counts as the replacement character. */
function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutSecrets);
  const kept = Object.entries(value).filter(([name]) => !isSecretName(name));
  return Object.fromEntries(kept.map(([name, member]) => [name.toWellFormed(), withoutSecrets(member)]));
}
