import { hash } from 'node:crypto';

import canonicalize from 'canonicalize';

/**
 * SHA-256 (hex) of the canonical form of a JSON value (RFC 8785). Equal content has equal checksums, in any member
 * order.
 */
export function checksumOf(content: unknown): string {
  const canonical = canonicalize(content);
  if (canonical === undefined) throw new Error('Not a JSON value');
  return hash('sha256', canonical);
}
