import { Injectable, type Type } from '@nestjs/common';
import { GUARDS_METADATA, HEADERS_METADATA, INTERCEPTORS_METADATA } from '@nestjs/common/internal';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyRequest, RouteHandlerMethod } from 'fastify';

import { DomainError } from '../../common/errors/domain-error.js';
import { ControllerRoutes } from '../../common/http/controller-routes.js';
import { fastifyOf } from '../../common/http/fastify-of.js';
import type { Principal } from '../../common/http/principal.js';
import { Config } from '../../config/config.js';
import type { CacheRequest } from '../cache-request.js';
import { CacheStats } from '../cache-stats.js';
import { type CacheLookup, TaggedCache } from '../tagged-cache.js';
import { cacheRequestOf } from './cache-request-of.js';
import { send } from './cached-answer.js';
import { type RoutePlan, RoutePlans } from './route-plans.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Of a route whose hits may be answered without Nest's pipeline. */
    earlyRead?: RoutePlan;
  }
  interface FastifyRequest {
    /** What the cache knows about this request. Set only if it was made for `principal`. */
    lookup?: CacheLookup;
  }
}

/**
 * Asks the cache while the credential is being checked, in the same round trip, and answers a hit before Nest's guards,
 * pipes and interceptors, which would only find the same. All of Fastify's hooks run as for every other request.
 */
@Injectable()
export class EarlyReads {
  constructor(
    host: HttpAdapterHost,
    routes: ControllerRoutes,
    plans: RoutePlans,
    private readonly cache: TaggedCache,
    private readonly stats: CacheStats,
    private readonly config: Config,
  ) {
    fastifyOf(host)?.addHook('onRoute', (route) => {
      const known = routes.find(route.handler.name);
      if (!known || !isPlain(known.controller, known.handler)) return;
      const plan = plans.of(known.controller, known.handler as never);
      if (!plan.cached || plan.isPublic || route.method !== 'GET') return;
      route.config = { ...route.config, earlyRead: plan };
      route.handler = this.before(plan, route.handler);
    });
  }

  /** Begins the read for a principal that is still being checked. Never rejects. Null: Nest answers the request alone. */
  begin(request: FastifyRequest, principal: Principal): Promise<CacheLookup> | null {
    const plan = request.routeOptions.config.earlyRead;
    const asked = plan && request.method === 'GET' ? this.requestOf(plan, request, principal) : null;
    return asked && this.cache.lookUp(asked);
  }

  /** Null for a request that is refused, which Nest answers. */
  private requestOf(plan: RoutePlan, request: FastifyRequest, principal: Principal): CacheRequest | null {
    if (!plan.cached) return null;
    try {
      const query = plan.query.normalise(request);
      return cacheRequestOf(plan, plan.cached, { request, query, principal }, this.config.cache.ttlMs);
    } catch (error) {
      if (error instanceof DomainError) return null;
      throw error;
    }
  }

  private before(plan: RoutePlan, handler: RouteHandlerMethod): RouteHandlerMethod {
    const { cache, stats } = this;
    const answer: RouteHandlerMethod = function (request, reply) {
      const { lookup } = request;
      // An absence is an error, which Nest's filter answers.
      if (!lookup?.hit || lookup.hit.value.isAbsence) return handler.call(this, request, reply);
      const body = send(reply, request, cache.serve(lookup, lookup.hit));
      if (reply.statusCode === 304) stats.notModified(plan.label);
      stats.hitEarly();
      // Not returned, because Fastify would wait for a reply, which is a thenable.
      void reply.send(body);
      return undefined;
    };
    // Other hooks find the controller by this name.
    return Object.defineProperty(answer, 'name', { value: handler.name });
  }
}

/** Nothing but the application's own guard and interceptors would run before the handler. */
const isPlain = (controller: Type, handler: object): boolean =>
  [controller, handler].every((owner) =>
    [GUARDS_METADATA, INTERCEPTORS_METADATA, HEADERS_METADATA].every(
      (key) => Reflect.getMetadata(key, owner) === undefined,
    ),
  );
