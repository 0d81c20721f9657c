export const MEMBER_ROLES = ['owner', 'admin', 'member', 'viewer'] as const;
export type MemberRole = (typeof MEMBER_ROLES)[number];

export const PLATFORM_ROLES = ['user', 'admin'] as const;
export type PlatformRole = (typeof PLATFORM_ROLES)[number];

/** At most so many requests in a window, which begins with its first. */
export interface RateLimit {
  readonly limit: number;
  readonly windowSeconds: number;
}

/** The limit of an API key. The requests of the keys that it has made count, too. */
export interface KeyLimit extends RateLimit {
  readonly keyId: string;
}

/**
 * Who is asking, in which organisation. Set on the request by `EarlyAuthentication`; a service takes it as its first
 * argument. For an API key `userId` is the key's creator and `scopes` bound what it may do.
 */
export interface Principal {
  readonly kind: 'user' | 'api_key' | 'anonymous_owner';
  readonly orgId: string;
  readonly userId: string;
  readonly role: MemberRole;
  readonly platformRole: PlatformRole;
  readonly sessionId: string | null;
  readonly apiKeyId: string | null;
  /** API keys only: `resource:read|write|admin` or `*`. Null for users, who have what their role has. */
  readonly scopes: readonly string[] | null;
  /** API keys only: the environment whose feature flags it sees. Null for users. No cached route may decide by it. */
  readonly flagEnvironment: string | null;
  /** API keys only: its own limit, and then those of the keys that made it. */
  readonly rateLimits?: readonly KeyLimit[];
}

/**
 * What a cached answer may be shared within: everything of a principal that a handler may decide by, beside the organisation.
 * Not the session: all sessions of a user may read the same, and a route that tells them apart is not cached.
 */
export function scopeOf(principal: Principal): string {
  let scope = known.get(principal);
  if (scope === undefined) {
    const { kind, userId, role, platformRole, apiKeyId, scopes } = principal;
    known.set(principal, (scope = JSON.stringify([kind, userId, role, platformRole, apiKeyId, scopes])));
  }
  return scope;
}

/** Principals are frozen, and one is used by many requests. */
const known = new WeakMap<Principal, string>();
