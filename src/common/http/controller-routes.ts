import { Injectable, type Type } from '@nestjs/common';
import { DiscoveryService, HttpAdapterHost, MetadataScanner, Reflector } from '@nestjs/core';

import { BodyBounds, boundsFrom } from './body/body-bounds.decorator.js';
import { fastifyOf } from './fastify-of.js';
import { Public } from './public.decorator.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether a route needs a credential. Absent: no controller answers the route. */
    access?: 'public' | 'principal';
  }
}

// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- what the Reflector takes
type Handler = Function;

/**
 * Passes the values of our decorators to Fastify while Nest registers the routes, because hooks run before Nest has a
 * context for a `Reflector`.
 */
@Injectable()
export class ControllerRoutes {
  private readonly handlers = new Map<string, { controller: Type; handler: Handler }>();

  constructor(
    host: HttpAdapterHost,
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {
    fastifyOf(host)?.addHook('onRoute', (route) => {
      // Nest names each handler after its controller: `UsersController.create`.
      const known = this.find(route.handler.name);
      if (!known) return;
      const about = [known.handler, known.controller];
      const bodyBounds = boundsFrom(this.reflector.get(BodyBounds, known.handler));
      const access = this.reflector.getAllAndOverride(Public, about) ? 'public' : 'principal';
      route.bodyLimit = bodyBounds.bytes;
      route.config = { ...route.config, access, bodyBounds };
    });
  }

  /** The method of a controller by the name of its handler in Fastify, `UsersController.create`. */
  find(name: string): { controller: Type; handler: Handler } | undefined {
    if (this.handlers.size === 0) this.collect();
    return this.handlers.get(name);
  }

  private collect(): void {
    for (const { metatype } of this.discovery.getControllers()) {
      if (typeof metatype !== 'function') continue;
      const prototype = metatype.prototype as Record<string, Handler>;
      for (const method of this.scanner.getAllMethodNames(prototype)) {
        const handler = prototype[method];
        if (handler)
          this.handlers.set(`${metatype.name}.${method}`, { controller: metatype as Type, handler });
      }
    }
  }
}
