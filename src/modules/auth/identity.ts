import type { MemberRole, PlatformRole } from '../../common/http/principal.js';

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
}
