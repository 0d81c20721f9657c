import type { FastifyInstance } from 'fastify';

import { NotFound } from '../errors/kinds.js';

/** Answers a request that no route matches before its body is read. */
export function refuseUnknownRoutes(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) =>
    request.is404 ? done(new NotFound('There is no such route.')) : done(),
  );
}
