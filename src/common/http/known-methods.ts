import type { FastifyInstance, HTTPMethods } from 'fastify';

import { MethodNotAllowed } from '../errors/kinds.js';

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Records from now on which methods each path has. `refuseOthers` then answers 405 with `Allow` for the others. */
export function collectMethods(fastify: FastifyInstance): { refuseOthers: () => void } {
  const methodsOf = new Map<string, Set<string>>();
  fastify.addHook('onRoute', ({ url, method }) => {
    const known = methodsOf.get(url) ?? new Set<string>();
    for (const one of [method].flat()) known.add(one);
    methodsOf.set(url, known);
  });
  const resources: Resource[] = [];
  refuseRareMethods(fastify, resources);
  return {
    refuseOthers: () => {
      for (const [url, known] of [...methodsOf]) {
        const allow = METHODS.filter((method) => known.has(method));
        const missing = METHODS.filter((method) => !known.has(method));
        resources.push({ matches: patternOf(url), allow });
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

interface Resource {
  matches: RegExp;
  allow: readonly string[];
}

/** For TRACE, PROPFIND and other methods that no path has, the router finds no path, so the paths are compared here. */
function refuseRareMethods(fastify: FastifyInstance, resources: readonly Resource[]): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    if ((METHODS as readonly string[]).includes(request.method)) return done();
    const path = request.url.split('?', 1)[0] ?? '';
    const resource = resources.find(({ matches }) => matches.test(path));
    return done(resource && new MethodNotAllowed(resource.allow));
  });
}

const patternOf = (url: string): RegExp =>
  new RegExp(
    `^${url
      .split('/')
      .map((part) =>
        part.startsWith(':') ? '[^/]+' : part === '*' ? '.*' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
      )
      .join('/')}$`,
  );
