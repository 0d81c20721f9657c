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
import { Config } from '../../config/config.js';
import type { CacheValue } from '../cache-entry.js';
import { CacheStats } from '../cache-stats.js';
import type { CachedRoute } from '../cached.decorator.js';
import { type CacheLookup, TaggedCache } from '../tagged-cache.js';
import { cacheRequestOf } from './cache-request-of.js';
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

/**
 * Answers `@Cached()` routes from the cache, sets the validators of every read, and refuses query parameters that a
 * route does not declare.
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
    if (plan.cached) return of(await this.cached(plan, plan.cached, request, reply, next));
    plan.query.normalise(request);
    if (!plan.isRead || plan.isPublic || plan.isStream) return next.handle();
    return next.handle().pipe(
      map((result: unknown) => this.uncached(plan, result, request, reply)),
      tap({ error: () => keepPrivate(reply) }),
    );
  }

  private async cached(
    plan: RoutePlan,
    route: CachedRoute,
    request: FastifyRequest,
    reply: FastifyReply,
    next: CallHandler,
  ): Promise<Buffer | string | undefined> {
    const early = request.lookup;
    // The query of a lookup that began early has been checked.
    const query = early ? '' : plan.query.normalise(request);
    try {
      const lookup = early ?? (await this.lookUp(plan, route, query, request));
      const read = await this.cache.finish(lookup, () => load(plan, route, reply, next));
      return this.counted(plan, reply, send(reply, request, read));
    } catch (error) {
      keepPrivate(reply);
      throw error;
    }
  }

  private lookUp(
    plan: RoutePlan,
    route: CachedRoute,
    query: string,
    request: FastifyRequest,
  ): Promise<CacheLookup> {
    const principal = plan.isPublic ? null : principalOf(request);
    return this.cache.lookUp(
      cacheRequestOf(plan, route, { request, query, principal }, this.config.cache.ttlMs),
    );
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
