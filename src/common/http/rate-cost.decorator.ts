import { routeConfig } from './route-config.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** As how many requests one of this route counts. */
    rateCost?: number;
  }
}

/** A class of routes that cost more than others: one request counts as so many of `RATE_LIMIT`. */
export const RateCost = (requests: number): MethodDecorator => routeConfig({ rateCost: requests });
