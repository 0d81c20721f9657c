import type { Principal } from '../../common/http/principal.js';
import { IdempotencyKeyMalformed } from './idempotency.errors.js';

const USABLE = /^[\x20-\x7e]{1,255}$/;

/** Throws `IdempotencyKeyMalformed`. */
export function assertUsable(key: unknown): asserts key is string {
  if (typeof key !== 'string' || !USABLE.test(key)) throw new IdempotencyKeyMalformed();
}

/** The principal that owns the key, whatever role it has when it repeats the request. */
export const ownerOf = ({ apiKeyId, userId }: Principal): string =>
  apiKeyId === null ? `u:${userId}` : `k:${apiKeyId}`;
