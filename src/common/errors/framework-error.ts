import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';

import { hasBody } from '../http/body/arrival-limits.js';
import type { ForeignPaths } from '../http/foreign/foreign-paths.js';
import { SAFE_HEADERS } from '../http/safe-headers.js';
import { toProblem } from './problem.js';
import { translate } from './translate.js';

/** Answers a request that Fastify refuses before it looks for a route, where no filter of Nest runs. */
export const answerFrameworkError =
  (contracts: ForeignPaths) =>
  (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
    const problem = toProblem(translate(error), request);
    const foreign = contracts.ofUnreadable(request.raw.url ?? '')?.toError(problem, { params: {} });
    void reply
      .status(foreign?.status ?? problem.status)
      .headers(SAFE_HEADERS)
      .header('x-request-id', request.id)
      // No hook runs here, so nothing else would limit how long the client may take to send a body.
      .headers(hasBody(request) ? { connection: 'close' } : {})
      .header('content-type', foreign ? 'application/json; charset=utf-8' : 'application/problem+json')
      .send(JSON.stringify(foreign?.body ?? problem));
  };
