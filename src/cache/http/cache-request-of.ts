import type { FastifyRequest } from 'fastify';

import { assertNameable } from '../../common/http/path-ids.js';
import { type Principal, scopeOf } from '../../common/http/principal.js';
import type { CacheRequest } from '../cache-request.js';
import type { CachedRoute } from '../cached.decorator.js';
import { tags } from '../tags.js';
import type { RoutePlan } from './route-plans.js';

/** The principal of a route that needs no credential. All clients share its answers. */
const EVERYBODY = { orgId: 'public', userId: '', scope: 'public' };

/**
 * What a request reads from the cache. Puts the principal's scope into every key itself, so that no declaration can omit
 * it. `query` is in its normal form. Throws `NotFound` for parameters that cannot name any record.
 */
export function cacheRequestOf(
  plan: RoutePlan,
  route: CachedRoute,
  asked: { request: FastifyRequest; query: string; principal: Principal | null },
  defaultTtlMs: number,
): CacheRequest {
  const params = asked.request.params as Readonly<Record<string, string>>;
  assertNameable(params, route);
  const { orgId, userId, scope } = asked.principal ? sharingOf(asked.principal) : EVERYBODY;
  const id = params[route.idParam ?? 'id'];
  const collection = tags.collection(orgId, route.resource);
  const own = id === undefined ? collection : tags.entity(orgId, route.resource, id);
  const further = route.tags?.({ params, userId }).map((tag) => `o:${orgId}:${tag}`) ?? [];
  return {
    orgId,
    key: `${scope}\n${plan.name}\n${JSON.stringify(params)}\n${asked.query}`,
    tags: [own, ...further, ...(route.sharedTags ?? [])],
    ...(id === undefined ? {} : { missTags: [collection] }),
    ttlMs: route.ttlMs ?? defaultTtlMs,
    ...(route.graceMs === undefined ? {} : { graceMs: route.graceMs }),
    isReplayable: true,
    route: plan.label,
  };
}

const sharingOf = (principal: Principal): typeof EVERYBODY => ({
  orgId: principal.orgId,
  userId: principal.userId,
  scope: scopeOf(principal),
});
