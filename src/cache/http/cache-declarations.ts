import { Injectable, type OnApplicationBootstrap, RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/internal';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';

import { type RoutePlan, RoutePlans } from './route-plans.js';

/** A route does not declare its caching, or declares something impossible. The process refuses to start. */
export class CacheUndeclared extends Error {
  constructor(readonly faults: readonly string[]) {
    super(
      `Every GET route needs @Cached({ resource, source }) or @NoCache('reason'):\n  - ${faults.join('\n  - ')}`,
    );
    this.name = 'CacheUndeclared';
  }
}

/** Knows every GET route and its cache declaration. Refuses to start while a route has none. */
@Injectable()
export class CacheDeclarations implements OnApplicationBootstrap {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly plans: RoutePlans,
  ) {}

  /** Throws one `CacheUndeclared` that lists all faults. */
  onApplicationBootstrap(): void {
    const faults = this.routes().flatMap((plan) =>
      faultsOf(plan).map((fault) => `${plan.label} (${plan.name}) ${fault}`),
    );
    if (faults.length > 0) throw new CacheUndeclared(faults);
  }

  /** Every route of ours that answers reads, and every other route that is declared as cached. */
  routes(): RoutePlan[] {
    return this.discovery.getControllers().flatMap(({ metatype, instance }) => {
      if (typeof metatype !== 'function' || typeof instance !== 'object' || instance === null) return [];
      const prototype = Object.getPrototypeOf(instance) as Record<string, (...args: never[]) => unknown>;
      return this.scanner
        .getAllMethodNames(prototype)
        .map((name) => prototype[name])
        .filter((handler) => handler !== undefined)
        .filter((handler) => Reflect.getMetadata(METHOD_METADATA, handler) !== undefined)
        .map((handler) => this.plans.of(metatype as Type, handler))
        .filter((plan) => plan.isRead || plan.cached);
    });
  }
}

function faultsOf(plan: RoutePlan): string[] {
  const { cached, noCache, isRead, isStream, query } = plan;
  if (!cached) return noCache ? [] : ['has neither'];
  const faults: string[] = [];
  if (noCache) faults.push('has both');
  if (!isRead || plan.label.startsWith(RequestMethod[RequestMethod.ALL])) faults.push('is not a GET route');
  if (isStream) faults.push('is a stream');
  if (!query.isBounded) faults.push('takes any query: give @Query() a Zod DTO');
  return faults;
}
