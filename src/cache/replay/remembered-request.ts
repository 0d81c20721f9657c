import { z } from 'zod';

import { MEMBER_ROLES, type Principal, PLATFORM_ROLES } from '../../common/http/principal.js';

/** A GET as its cache key describes it, without the organisation. */
export interface ParsedKey {
  route: string;
  /** Null: the route needs no credential. */
  principal: Omit<Principal, 'orgId'> | null;
  params: Record<string, string>;
  query: Record<string, unknown>;
}

/** In the form that `scopeOf` writes. */
const scope = z
  .tuple([
    z.enum(['user', 'api_key', 'anonymous_owner']),
    z.string(),
    z.enum(MEMBER_ROLES),
    z.enum(PLATFORM_ROLES),
    z.string().nullable(),
    z.array(z.string()).nullable(),
  ])
  .transform(([kind, userId, role, platformRole, apiKeyId, scopes]) => ({
    ...{ kind, userId, role, platformRole, apiKeyId, scopes, sessionId: null, flagEnvironment: null },
  }));

const parts = z.object({
  principal: scope.nullable(),
  route: z.string(),
  params: z.record(z.string(), z.string()),
  query: z.record(z.string(), z.unknown()),
});

/** Parses the key that `HttpCacheInterceptor` makes of a request. Null for any other key. */
export function parseKey(key: string): ParsedKey | null {
  const [scopeText = '', route, params, query] = key.split('\n');
  const parsed = parts.safeParse({
    principal: scopeText === 'public' ? null : parseJson(scopeText, undefined),
    route,
    params: parseJson(params, undefined),
    query: query === '' ? {} : parseJson(query, undefined),
  });
  return parsed.success ? parsed.data : null;
}

/** Returns `otherwise` for text that is not JSON. */
export function parseJson(text: string | undefined, otherwise: unknown): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch (error) {
    if (error instanceof SyntaxError) return otherwise;
    throw error;
  }
}
