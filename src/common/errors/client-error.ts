import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';

import { SAFE_HEADERS } from '../http/safe-headers.js';
import { Malformed } from './kinds.js';
import { toProblem } from './problem.js';
import { translate } from './translate.js';

/** Answers a request that Node's parser refuses, before Fastify or Nest can see it, and closes the connection. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const id = randomUUID();
  const problem = toProblem(translate(error) ?? new Malformed('The request cannot be read.'), {
    id,
    url: '/',
  });
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.title}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${id}`,
    ...Object.entries(SAFE_HEADERS).map(([name, value]) => `${name}: ${value}`),
    'Connection: close',
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.destroySoon();
}
