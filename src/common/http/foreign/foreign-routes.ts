import type { FastifyInstance, FastifyRequest } from 'fastify';

import type { ForeignPaths } from './foreign-paths.js';

/** Browsers may cache preflights for a day. */
const MAX_AGE_SECONDS = '86400';
const EXPOSED = 'ETag, Retry-After, X-Request-Id';
/** A list of header names (RFC 9110, section 5.6.2). */
const HEADER_NAMES = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+(?: *, *[!#$%&'*+.^_`|~0-9A-Za-z-]+)*$/;

/**
 * Applies the contract to every method of a foreign path, including methods that the path does not have, and allows
 * browsers if the contract says so. Call it before routes are registered, and `answerPreflights` after that.
 */
export function serveForeignContracts(
  fastify: FastifyInstance,
  contracts: ForeignPaths,
): { answerPreflights: () => void } {
  const methods = new Map<string, Set<string>>();
  fastify.addHook('onRoute', (route) => {
    const known = route.config?.foreign ?? contracts.of(route.url);
    if (!known) return;
    contracts.add(route.url, known);
    route.config = { ...route.config, foreign: known };
    const ofPath = methods.get(route.url) ?? new Set<string>();
    for (const method of [route.method].flat()) ofPath.add(method);
    methods.set(route.url, ofPath);
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.config.foreign?.isCalledByBrowsers)
      // Browsers send no credential automatically, so `*` gives a page nothing that it could not get otherwise.
      void reply.headers({ 'access-control-allow-origin': '*', 'access-control-expose-headers': EXPOSED });
    done();
  });
  return {
    answerPreflights: () => {
      for (const [url, contract] of contracts.entries()) {
        if (!contract.isCalledByBrowsers || methods.get(url)?.has('OPTIONS')) continue;
        const allowed = [...(methods.get(url) ?? [])].join(', ');
        fastify.options(url, (request, reply) =>
          reply
            .status(204)
            .headers({ 'access-control-allow-methods': allowed, 'access-control-max-age': MAX_AGE_SECONDS })
            .headers(askedHeaders(request))
            .send(),
        );
      }
    },
  };
}

/** `*` would not cover `Authorization` (Fetch standard), so the requested headers are allowed by name. */
function askedHeaders({ headers }: FastifyRequest): Record<string, string> {
  const asked = headers['access-control-request-headers'];
  return asked !== undefined && HEADER_NAMES.test(asked) ? { 'access-control-allow-headers': asked } : {};
}
