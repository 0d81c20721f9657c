import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';

/** Lets a route take a body that is larger than the limit of all others. */
export const BodyLimit = (bytes: number) => RouteConfig({ bodyLimitBytes: bytes });

/** Tells Fastify, for whom Nest has no words for it, while the routes are registered. */
@Injectable()
export class RouteBodyLimit {
  constructor(host: HttpAdapterHost) {
    // A command has no HTTP server.
    const fastify = host.httpAdapter?.getInstance<FastifyInstance | undefined>();
    fastify?.addHook('onRoute', (route) => {
      const config: unknown = route.config;
      if (typeof config !== 'object' || config === null || !('bodyLimitBytes' in config)) return;
      if (typeof config.bodyLimitBytes === 'number') route.bodyLimit = config.bodyLimitBytes;
    });
  }
}
