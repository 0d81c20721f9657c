import { z } from 'zod';

import type { KeyLimit } from '../../common/http/principal.js';
import { ACCESSES, coversScope, isPrivate } from '../../common/http/scopes.js';

/** A key that has made another one, or its maker, as PostgreSQL gives it. */
export const keyAncestors = z.array(
  z.object({
    id: z.string(),
    scopes: z.array(z.string()),
    is_enabled: z.boolean(),
    expires_at_ms: z.number().nullable(),
    rate_limit: z.number().nullable(),
    rate_window_seconds: z.number().nullable(),
  }),
);
type KeyAncestor = z.output<typeof keyAncestors>[number];

/** What a key may do, and for how long. */
export interface KeyPowers {
  scopes: readonly string[];
  isEnabled: boolean;
  expiresAtMs: number | null;
  rateLimits: readonly KeyLimit[];
}

/** What is left of a key that was made by a key, as that one is now: a key never does more than its maker. */
export const boundBy = (powers: KeyPowers, ancestors: readonly KeyAncestor[]): KeyPowers =>
  ancestors.reduce<KeyPowers>(
    ({ scopes, isEnabled, expiresAtMs, rateLimits }, ancestor) => ({
      scopes: scopesWithin(scopes, ancestor.scopes),
      isEnabled: isEnabled && ancestor.is_enabled,
      expiresAtMs: earlier(expiresAtMs, ancestor.expires_at_ms),
      rateLimits: [...rateLimits, ...limitsOf(ancestor)],
    }),
    powers,
  );

/** Of each scope what the other scopes cover. */
function scopesWithin(scopes: readonly string[], bounds: readonly string[]): string[] {
  const left = scopes.flatMap((scope) => {
    if (bounds.includes(scope)) return [scope];
    if (scope === '*') return bounds.filter((bound) => !isPrivate(bound.split(':')[0] ?? ''));
    const [resource = '', given] = scope.split(':');
    const within = ACCESSES.slice(0, ACCESSES.findIndex((access) => access === given) + 1);
    const access = within.findLast((candidate) => coversScope(bounds, resource, candidate));
    return access === undefined ? [] : [`${resource}:${access}`];
  });
  return [...new Set(left)];
}

const earlier = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.min(one, other);

/** None, or the one that it has. */
export const limitsOf = ({
  id: keyId,
  rate_limit: limit,
  rate_window_seconds: windowSeconds,
}: Pick<KeyAncestor, 'id' | 'rate_limit' | 'rate_window_seconds'>): KeyLimit[] =>
  limit === null || windowSeconds === null ? [] : [{ keyId, limit, windowSeconds }];
