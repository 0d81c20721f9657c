import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  StreamableFile,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { lastValueFrom, map, type Observable, of, tap } from 'rxjs';

import { principalOf } from '../../common/http/current-principal.js';
import { assertNameable } from '../../common/http/path-ids.js';
import { type Principal, scopeOf } from '../../common/http/principal.js';
import { Config } from '../../config/config.js';
import type { CacheValue } from '../cache-entry.js';
import type { CacheRequest } from '../cache-request.js';
import { CacheStats } from '../cache-stats.js';
import type { CachedRoute } from '../cached.decorator.js';
import { TaggedCache } from '../tagged-cache.js';
import { tags } from '../tags.js';
import {
  absenceOf,
  headersSince,
  isAbsence,
  keepPrivate,
  send,
  sendUncached,
  valueOf,
} from './cached-answer.js';
import { type RoutePlan, RoutePlans } from './route-plans.js';

/** The principal of a route that needs no credential. All clients share its answers. */
const EVERYBODY = { orgId: 'public', userId: '', scope: 'public' };

/**
 * Answers `@Cached()` routes from the cache, sets the validators of every read, and refuses query parameters that a
 * route does not declare. It puts the principal's scope into every key itself, so that no declaration can omit it.
 */
@Injectable()
export class HttpCacheInterceptor implements NestInterceptor {
  constructor(
    private readonly cache: TaggedCache,
    private readonly plans: RoutePlans,
    private readonly stats: CacheStats,
    private readonly config: Config,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    if (context.getType() !== 'http') return next.handle();
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const plan = this.plans.of(context.getClass(), context.getHandler() as never);
    const query = plan.query.normalise(request);
    if (plan.cached) return of(await this.cached(plan, plan.cached, query, request, reply, next));
    if (!plan.isRead || plan.isPublic || plan.isStream) return next.handle();
    return next.handle().pipe(
      map((result: unknown) => this.uncached(plan, result, request, reply)),
      tap({ error: () => keepPrivate(reply) }),
    );
  }

  private async cached(
    plan: RoutePlan,
    route: CachedRoute,
    query: string,
    request: FastifyRequest,
    reply: FastifyReply,
    next: CallHandler,
  ): Promise<Buffer | string | undefined> {
    try {
      assertNameable(request.params as Readonly<Record<string, string>>, route);
      const asked = this.requestOf(plan, route, query, request);
      const read = await this.cache.read(asked, () => load(plan, route, reply, next));
      return this.counted(plan, reply, send(reply, request, read));
    } catch (error) {
      keepPrivate(reply);
      throw error;
    }
  }

  private requestOf(
    plan: RoutePlan,
    route: CachedRoute,
    query: string,
    request: FastifyRequest,
  ): CacheRequest {
    const params = request.params as Readonly<Record<string, string>>;
    const { orgId, userId, scope } = plan.isPublic ? EVERYBODY : sharingOf(principalOf(request));
    const id = params[route.idParam ?? 'id'];
    const collection = tags.collection(orgId, route.resource);
    const own = id === undefined ? collection : tags.entity(orgId, route.resource, id);
    const further = route.tags?.({ params, userId }).map((tag) => `o:${orgId}:${tag}`) ?? [];
    return {
      orgId,
      key: `${scope}\n${plan.name}\n${JSON.stringify(params)}\n${query}`,
      tags: [own, ...further, ...(route.sharedTags ?? [])],
      ...(id === undefined ? {} : { missTags: [collection] }),
      ttlMs: route.ttlMs ?? this.config.cache.ttlMs,
      ...(route.graceMs === undefined ? {} : { graceMs: route.graceMs }),
      isReplayable: true,
      route: plan.label,
    };
  }

  private uncached(plan: RoutePlan, result: unknown, request: FastifyRequest, reply: FastifyReply): unknown {
    if (!isJsonData(result) || reply.sent) return result;
    return this.counted(plan, reply, sendUncached(reply, request, result, plan.source));
  }

  private counted<T>(plan: RoutePlan, reply: FastifyReply, body: T): T {
    if (reply.statusCode === 304) this.stats.notModified(plan.label);
    return body;
  }
}

async function load(
  plan: RoutePlan,
  route: CachedRoute,
  reply: FastifyReply,
  next: CallHandler,
): Promise<CacheValue> {
  const before = new Set(Object.keys(reply.getHeaders()));
  try {
    const result: unknown = await lastValueFrom(next.handle());
    const source = reply.getHeader('x-data-source');
    return valueOf(
      result,
      plan.status,
      typeof source === 'string' ? source : route.source,
      headersSince(reply, before),
    );
  } catch (error) {
    if (isAbsence(error)) return absenceOf(error, route.source);
    throw error;
  }
}

const sharingOf = (principal: Principal): typeof EVERYBODY => ({
  orgId: principal.orgId,
  userId: principal.userId,
  scope: scopeOf(principal),
});

/** Plain data, as opposed to a stream. */
const isJsonData = (result: unknown): result is object =>
  typeof result === 'object' &&
  result !== null &&
  !(result instanceof StreamableFile) &&
  !(result instanceof Response) &&
  !ArrayBuffer.isView(result) &&
  !('pipe' in result) &&
  !('getReader' in result) &&
  !(Symbol.asyncIterator in result);
