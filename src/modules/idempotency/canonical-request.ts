import canonicalize from 'canonicalize';

import { isSecretName } from '../../common/crypto/secret-names.js';

/** What two requests with one `Idempotency-Key` have to have in common. */
export interface RepeatableRequest {
  method: string;
  url: string;
  body?: unknown;
}

/** One text for the same request, whatever the order of its members (RFC 8785), without the credentials in it. */
export const canonicalRequest = ({ method, url, body }: RepeatableRequest): string =>
  canonicalize([method, url, withoutSecrets(body ?? null)]) ?? '';

/** An unpaired surrogate, of which RFC 8785 has no canonical form, counts as the replacement character. */
function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutSecrets);
  const kept = Object.entries(value).filter(([name]) => !isSecretName(name));
  return Object.fromEntries(kept.map(([name, member]) => [name.toWellFormed(), withoutSecrets(member)]));
}
