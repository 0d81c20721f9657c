export const MEMBER_ROLES = ['owner', 'admin', 'member', 'viewer'] as const;
export type MemberRole = (typeof MEMBER_ROLES)[number];

export const PLATFORM_ROLES = ['user', 'admin'] as const;
export type PlatformRole = (typeof PLATFORM_ROLES)[number];

/** At most so many requests in a window, which begins with its first request. */
export interface RateLimit {
  readonly limit: number;
  readonly windowSeconds: number;
}

/** The limit of an API key. The requests of the keys that it has made count, too. */
export interface KeyLimit extends RateLimit {
  readonly keyId: string;
}

/**
 * The authenticated caller and its organisation. `EarlyAuthentication` sets it on the request, and a service takes it
 * as its first argument. For an API key, `userId` is the key's creator and `scopes` limit what it may do.
 */
export interface Principal {
  readonly kind: 'user' | 'api_key' | 'anonymous_owner';
  readonly orgId: string;
  readonly userId: string;
  readonly role: MemberRole;
  readonly platformRole: PlatformRole;
  readonly sessionId: string | null;
  readonly apiKeyId: string | null;
  /** API keys only: `resource:read|write|admin` or `*`. Null for users, whose rights come from their role. */
  readonly scopes: readonly string[] | null;
  /**
   * API keys only: the environment whose feature flags the key sees. Null for users. No cached route may depend on it.
   */
  readonly flagEnvironment: string | null;
  /** API keys only: its own limit, and then those of the keys that made it. */
  readonly rateLimits?: readonly KeyLimit[];
}

/**
 * The part of the cache key that separates principals: everything of a principal, besides the organisation, that a
 * handler may depend on. The session is not part of it. All sessions of a user may read the same, and a route that
 * distinguishes them is not cached.
 */
export function scopeOf(principal: Principal): string {
  let scope = known.get(principal);
  if (scope === undefined) {
    const { kind, userId, role, platformRole, apiKeyId, scopes } = principal;
    known.set(principal, (scope = JSON.stringify([kind, userId, role, platformRole, apiKeyId, scopes])));
  }
  return scope;
}

/** Principals are frozen, and many requests share one. */
const known = new WeakMap<Principal, string>();
