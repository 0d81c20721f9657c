import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Level, Logger } from 'pino';

import { PROBES } from '../../common/http/probes.js';
import { requestContext } from '../../common/http/request-context.js';

/** Logs one line for each answered request, and adds the request's id to every line that is written for it. */
export function registerRequestLogging(fastify: FastifyInstance, logger: Logger): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    requestContext.run({ requestId: request.id, caller: request.ip }, done);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unmatched';
    const level = levelOf(route, reply.statusCode);
    if (logger.isLevelEnabled(level)) logger[level](lineOf(route, request, reply), 'request');
    done();
  });
  fastify.addHook('onRequestAbort', (request, done) => {
    logger.info(
      { method: request.method, route: request.routeOptions.url, request_id: request.id },
      'request aborted',
    );
    done();
  });
}

function levelOf(route: string, status: number): Level {
  if (status >= 500) return 'error';
  if (status >= 400) return 'warn';
  // Otherwise they would be most of the log.
  return PROBES.has(route) ? 'debug' : 'info';
}

/** The route's pattern instead of the URL, whose query may contain values that must not be logged. */
function lineOf(route: string, request: FastifyRequest, reply: FastifyReply): Record<string, unknown> {
  return {
    method: request.method,
    route,
    status: reply.statusCode,
    duration_ms: Math.round(reply.elapsedTime * 100) / 100,
    request_id: request.id,
    user_id: request.principal?.userId,
    organization_id: request.principal?.orgId,
    address: request.ip,
  };
}
