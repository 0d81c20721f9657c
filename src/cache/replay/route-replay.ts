import { Injectable } from '@nestjs/common';
import { ROUTE_ARGS_METADATA, RouteParamtypes } from '@nestjs/common/internal';
import { DiscoveryService, ExternalContextCreator } from '@nestjs/core';

import type { CacheValue } from '../cache-entry.js';
import { CacheDeclarations } from '../http/cache-declarations.js';
import { absenceOf, headersSince, isAbsence, valueOf } from '../http/cached-answer.js';
import type { RoutePlan } from '../http/route-plans.js';
import { asParsed } from '../../common/http/contract.pipe.js';
import type { Principal } from '../../common/http/principal.js';

/** A GET as the cache key describes it. */
export interface RememberedRequest {
  /** `UsersController.get` */
  route: string;
  /** Null on a route that needs no credential. */
  principal: Principal | null;
  params: Readonly<Record<string, string>>;
  query: Readonly<Record<string, unknown>>;
}

type Handler = (request: unknown, reply: unknown) => Promise<unknown>;

/** The form in which `ExternalContextCreator` asks for the arguments of a handler. */
const ARGUMENTS = {
  exchangeKeyForValue(
    type: RouteParamtypes,
    name: unknown,
    [request, reply]: [ReplayedRequest, ReplayedReply],
  ): unknown {
    const of = (values: Readonly<Record<string, unknown>>) =>
      typeof name === 'string' ? values[name] : values;
    switch (type) {
      case RouteParamtypes.REQUEST:
        return request;
      case RouteParamtypes.RESPONSE:
        return reply;
      case RouteParamtypes.PARAM:
        return of(request.params);
      case RouteParamtypes.QUERY:
        return of(request.query);
      case RouteParamtypes.HEADERS:
        return of(request.headers);
      default:
        return undefined;
    }
  },
};

/** The parts of a request that a handler can read if it depends on its parameters and principal alone. */
interface ReplayedRequest {
  method: 'GET';
  headers: Readonly<Record<string, string>>;
  params: RememberedRequest['params'];
  query: RememberedRequest['query'];
  principal: Principal | undefined;
}

/** Records the headers that a handler sets. */
class ReplayedReply {
  private readonly set: Record<string, unknown> = {};

  header(name: string, value: unknown): this {
    this.set[name.toLowerCase()] = value;
    return this;
  }

  headers(values: Readonly<Record<string, unknown>>): this {
    for (const [name, value] of Object.entries(values)) this.header(name, value);
    return this;
  }

  getHeader(name: string): unknown {
    return this.set[name.toLowerCase()];
  }

  getHeaders(): Record<string, unknown> {
    return this.set;
  }
}

/** Runs the handler of a cached GET again, with its pipes but without guard and cache, to learn its present answer. */
@Injectable()
export class RouteReplay {
  private readonly handlers = new Map<string, Handler | null>();
  private plans: ReadonlyMap<string, RoutePlan> | null = null;

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly contexts: ExternalContextCreator,
    private readonly declarations: CacheDeclarations,
  ) {}

  /** Null if there is no such cached route. Rejects as the handler does, except for an absence, which is an answer. */
  async answer({ route, principal, params, query }: RememberedRequest): Promise<CacheValue | null> {
    this.plans ??= new Map(this.declarations.routes().map((plan) => [plan.name, plan]));
    const plan = this.plans.get(route);
    const handler = plan?.cached ? this.handlerOf(route) : null;
    if (!plan?.cached || !handler) return null;
    const reply = new ReplayedReply();
    const request: ReplayedRequest = {
      method: 'GET',
      headers: {},
      params,
      // The cache key holds the query in its parsed form.
      query: asParsed({ ...query }),
      principal: principal ?? undefined,
    };
    try {
      const result = await handler(request, reply);
      const source = reply.getHeader('x-data-source');
      const name = typeof source === 'string' ? source : plan.cached.source;
      return valueOf(result, plan.status, name, headersSince(reply as never, new Set()));
    } catch (error) {
      if (isAbsence(error)) return absenceOf(error, plan.cached.source);
      throw error;
    }
  }

  private handlerOf(route: string): Handler | null {
    let handler = this.handlers.get(route);
    if (handler === undefined) this.handlers.set(route, (handler = this.find(route)));
    return handler;
  }

  private find(route: string): Handler | null {
    const [className, method = ''] = route.split('.');
    for (const { metatype, instance } of this.discovery.getControllers()) {
      if (typeof metatype !== 'function' || metatype.name !== className) continue;
      const controller = instance as Record<string, (...args: unknown[]) => unknown>;
      const callback = controller[method];
      if (!callback) continue;
      const parts = { guards: false, interceptors: false, filters: false };
      return this.contexts.create(
        controller,
        callback,
        method,
        ROUTE_ARGS_METADATA,
        ARGUMENTS as never,
        undefined,
        undefined,
        parts,
        'reconciliation',
      ) as Handler;
    }
    return null;
  }
}
