import type { FastifyInstance, HTTPMethods } from 'fastify';

import { MethodNotAllowed } from '../errors/kinds.js';

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Notes which methods each path has, from now on. `refuseOthers` then answers 405 with `Allow` for the rest. */
export function collectMethods(fastify: FastifyInstance): { refuseOthers: () => void } {
  const methodsOf = new Map<string, Set<string>>();
  fastify.addHook('onRoute', ({ url, method }) => {
    const known = methodsOf.get(url) ?? new Set<string>();
    for (const one of [method].flat()) known.add(one);
    methodsOf.set(url, known);
  });
  return {
    refuseOthers: () => {
      for (const [url, known] of [...methodsOf]) {
        const allow = METHODS.filter((method) => known.has(method));
        const missing = METHODS.filter((method) => !known.has(method));
        if (url.includes('*') || missing.length === 0) continue;
        fastify.route({
          url,
          method: missing,
          exposeHeadRoute: false,
          // Before a body is read.
          onRequest: (_request, _reply, done) => done(new MethodNotAllowed(allow)),
          handler: () => undefined,
        });
      }
    },
  };
}
