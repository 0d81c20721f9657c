import { Injectable, RequestMethod, type Type } from '@nestjs/common';
import { HTTP_CODE_METADATA, METHOD_METADATA, PATH_METADATA, SSE_METADATA } from '@nestjs/common/internal';
import { Reflector } from '@nestjs/core';

import { foreignApiOf } from '../../common/http/foreign/foreign-contract.js';
import { Public } from '../../common/http/public.decorator.js';
import { Cached, type CachedRoute, NoCache } from '../cached.decorator.js';
import { QueryContract } from './query-contract.js';

/** The fixed properties of one handler, computed once. */
export interface RoutePlan {
  /** `UsersController.get`: part of every key. */
  name: string;
  /** `GET /users/:id`: the label of the counters. */
  label: string;
  isRead: boolean;
  isPublic: boolean;
  isStream: boolean;
  status: number;
  cached: CachedRoute | null;
  /** Why the route is never cached. */
  noCache: string | null;
  /** Where a route that is never cached reads its records. */
  source: string | null;
  query: QueryContract;
}

type Handler = (...args: never[]) => unknown;

/** The plans of all handlers, by class and method, because two classes may inherit one method. */
@Injectable()
export class RoutePlans {
  private readonly byClass = new WeakMap<Type, Map<Handler, RoutePlan>>();

  constructor(private readonly reflector: Reflector) {}

  of(controller: Type, handler: Handler): RoutePlan {
    let plans = this.byClass.get(controller);
    if (!plans) this.byClass.set(controller, (plans = new Map<Handler, RoutePlan>()));
    let plan = plans.get(handler);
    if (!plan) plans.set(handler, (plan = this.planOf(controller, handler)));
    return plan;
  }

  private planOf(controller: Type, handler: Handler): RoutePlan {
    const about = [handler, controller];
    const noCache = this.reflector.getAllAndOverride(NoCache, about) ?? null;
    const method = metadataOf<RequestMethod>(METHOD_METADATA, handler) ?? RequestMethod.GET;
    const path = [controller, handler].map((owner) => firstOf(metadataOf(PATH_METADATA, owner)));
    return {
      name: `${controller.name}.${handler.name}`,
      label: `${RequestMethod[method]} /${path
        .join('/')
        .replaceAll(/\/+/g, '/')
        .replaceAll(/^\/|\/$/g, '')}`,
      isRead: READS.has(method),
      isPublic: this.reflector.getAllAndOverride(Public, about) ?? false,
      isStream: metadataOf<boolean>(SSE_METADATA, handler) ?? false,
      status: metadataOf<number>(HTTP_CODE_METADATA, handler) ?? 200,
      cached: this.reflector.get(Cached, handler) ?? null,
      noCache: typeof noCache === 'object' && noCache !== null ? noCache.because : noCache,
      source: typeof noCache === 'object' && noCache !== null ? noCache.source : null,
      query: QueryContract.of(controller, handler.name, { isForeign: foreignApiOf(handler) !== null }),
    };
  }
}

const READS: ReadonlySet<RequestMethod> = new Set([RequestMethod.GET, RequestMethod.HEAD, RequestMethod.ALL]);

const metadataOf = <T>(key: string, owner: object): T | undefined =>
  Reflect.getMetadata(key, owner) as T | undefined;

const firstOf = (path: unknown): string => String((Array.isArray(path) ? path[0] : path) ?? '');
