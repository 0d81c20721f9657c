import type { KeyLimit, MemberRole, PlatformRole } from '../../common/http/principal.js';

/** Further state of an API key, including one that is refused. */
export interface KeyState {
  /** The replaced secret that was used for the lookup. Null: the current one. */
  secretId: string | null;
  /** When that secret ends, independently of the key itself. */
  secretExpiresAtMs: number | null;
  isRevoked: boolean;
  isEnabled: boolean;
  hasCredits: boolean;
  /** Absent in what an earlier version has put into the cache. */
  rateLimits?: readonly KeyLimit[];
}

/** The identity of a credential, before the organisation is chosen. Cached as JSON, so moments are numbers (ms). */
export interface Identity {
  kind: 'user' | 'api_key' | 'anonymous_owner';
  userId: string;
  platformRole: PlatformRole;
  sessionId: string | null;
  apiKeyId: string | null;
  scopes: readonly string[] | null;
  defaultOrgId: string;
  roles: Readonly<Record<string, MemberRole>>;
  expiresAtMs: number | null;
  /** API keys only. Absent in cache entries of an earlier version. */
  flagEnvironment?: string | null;
  /** API keys only. */
  key?: KeyState;
}

/** Whether the credential, or the secret that was used for the lookup, has expired. */
export const isExpired = ({ expiresAtMs, key }: Identity, now: Date): boolean =>
  [expiresAtMs, key?.secretExpiresAtMs ?? null].some(
    (endsAtMs) => endsAtMs !== null && endsAtMs <= now.getTime(),
  );
