import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';

import { SAFE_HEADERS } from '../http/safe-headers.js';
import { toProblem } from './problem.js';
import { translate } from './translate.js';

/** Answers what Fastify refuses before it looks for a route, where no filter of Nest can see it. */
export function answerFrameworkError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const problem = toProblem(translate(error), request);
  void reply
    .status(problem.status)
    .headers(SAFE_HEADERS)
    .header('x-request-id', request.id)
    .header('content-type', 'application/problem+json')
    .send(JSON.stringify(problem));
}
