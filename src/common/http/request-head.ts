import type { IncomingMessage, ServerResponse } from 'node:http';

import type { FastifyInstance } from 'fastify';

import { ExpectationFailed, Malformed } from '../errors/kinds.js';
import { toProblem } from '../errors/problem.js';
import { requestId } from './request-id.js';
import { SAFE_HEADERS } from './safe-headers.js';

/**
 * Answers requests that Node would answer itself without a body: a missing `Host` (RFC 9112, section 3.2) and an
 * expectation other than `100-continue` (RFC 9110, section 10.1.1). The server must be created with
 * `requireHostHeader: false`.
 */
export function checkRequestHead(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { httpVersion } = request.raw;
    done(httpVersion === '1.1' && !request.headers.host ? new Malformed('Host is missing.') : undefined);
  });
  fastify.server.on('checkExpectation', refuseExpectation);
}

/** Emitted instead of `request`, so Fastify does not see it. */
function refuseExpectation(request: IncomingMessage, response: ServerResponse): void {
  const id = requestId(request);
  const problem = toProblem(new ExpectationFailed(), { id, url: request.url ?? '/' });
  const body = JSON.stringify(problem);
  response.writeHead(problem.status, {
    ...SAFE_HEADERS,
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    'x-request-id': id,
    // The client may send its body anyway.
    connection: 'close',
  });
  response.end(body);
}
