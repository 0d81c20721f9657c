import { routeConfig } from './route-config.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** How many requests one request of this route counts as. */
    rateCost?: number;
  }
}

/** Marks routes that cost more than others: one request counts as so many of `RATE_LIMIT`. */
export const RateCost = (requests: number): MethodDecorator => routeConfig({ rateCost: requests });
