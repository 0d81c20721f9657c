import type { KeyLimit, MemberRole, PlatformRole } from '../../common/http/principal.js';

/** What else is known of an API key, also of one that is refused. */
export interface KeyState {
  /** The replaced secret that it was looked up by; null: the current one. */
  secretId: string | null;
  /** When that secret ends, beside the key itself. */
  secretExpiresAtMs: number | null;
  isRevoked: boolean;
  isEnabled: boolean;
  hasCredits: boolean;
  /** Absent in what an earlier version has put into the cache. */
  rateLimits?: readonly KeyLimit[];
}

/** What a credential stands for, before the organisation is chosen. Cached as JSON: moments are numbers (ms). */
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
  /** API keys only. Absent in what an earlier version has put into the cache. */
  flagEnvironment?: string | null;
  /** API keys only. */
  key?: KeyState;
}

/** Whether the credential, or the secret that it was looked up by, has ended. */
export const isExpired = ({ expiresAtMs, key }: Identity, now: Date): boolean =>
  [expiresAtMs, key?.secretExpiresAtMs ?? null].some(
    (endsAtMs) => endsAtMs !== null && endsAtMs <= now.getTime(),
  );
