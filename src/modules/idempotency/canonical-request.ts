import canonicalize from 'canonicalize';

import { isSecretName } from '../../common/crypto/secret-names.js';

/** The parts that two requests with one `Idempotency-Key` must have in common. */
export interface RepeatableRequest {
  method: string;
  url: string;
  body?: unknown;
}

/** The same text for the same request, whatever the order of its members (RFC 8785), without its credentials. */
export const canonicalRequest = ({ method, url, body }: RepeatableRequest): string =>
  canonicalize([method, url, withoutSecrets(body ?? null)]) ?? '';

/** RFC 8785 has no canonical form for an unpaired surrogate, so it counts as the replacement character. */
function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutSecrets);
  const kept = Object.entries(value).filter(([name]) => !isSecretName(name));
  return Object.fromEntries(kept.map(([name, member]) => [name.toWellFormed(), withoutSecrets(member)]));
}
