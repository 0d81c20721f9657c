import { scopesNow } from '../api-keys/role-scopes.js';
import type { Identity, KeyState } from '../auth/identity.js';
import type { RateState } from '../rate-limits/rate-limits.service.js';
import type { VerificationCode, KeyVerificationResponse } from './key-verification.dto.js';

/** A key of the caller's organisation, including one that is refused. */
export interface KnownKey extends Identity {
  apiKeyId: string;
  key: KeyState;
}

/** The counts at the time when the check ended. */
export interface Counted {
  rate?: RateState | null;
  remaining?: number | null;
}

export const NOT_FOUND: KeyVerificationResponse = {
  ...{ valid: false, code: 'NOT_FOUND', key_id: null, owner: null, scopes: [] },
  ...{ remaining: null, ratelimit: null, expires_at: null },
};

export const toVerification = (
  known: KnownKey,
  resources: readonly string[],
  code: VerificationCode,
  { rate = null, remaining = null }: Counted = {},
): KeyVerificationResponse => ({
  valid: code === 'VALID',
  code,
  key_id: known.apiKeyId,
  owner: { user_id: known.userId, organization_id: known.defaultOrgId },
  scopes: scopesNow(known.roles[known.defaultOrgId] ?? 'viewer', known.scopes ?? [], resources),
  remaining,
  ratelimit: rate && {
    limit: rate.limit,
    window_seconds: rate.windowSeconds,
    remaining: rate.remaining,
    reset_seconds: rate.resetSeconds,
  },
  expires_at: endOf(known),
});

function endOf({ expiresAtMs, key }: KnownKey): string | null {
  const ends = [expiresAtMs, key.secretExpiresAtMs].filter((end) => end !== null);
  return ends.length === 0 ? null : new Date(Math.min(...ends)).toISOString();
}
