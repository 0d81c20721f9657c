import { Socket } from 'node:net';

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { answerClientError } from '../../errors/client-error.js';

/** All in milliseconds. */
export interface ArrivalLimits {
  /** For a body that is read into memory. */
  wholeMs: number;
  /** For a streamed body: how long the client may send nothing, and how long it may take altogether. */
  streamed: { silentMs: number; wholeMs: number };
  everyMs: number;
}

const LIMITS: ArrivalLimits = {
  wholeMs: 30_000,
  streamed: { silentMs: 30_000, wholeMs: 3_600_000 },
  everyMs: 1_000,
};

/** A body that is not complete yet. */
interface Arrival {
  request: FastifyRequest;
  reply: FastifyReply;
  startedAt: number;
  /** When the client was last seen to send. */
  sentAt: number;
  bytesRead: number;
}

/**
 * Cuts off a request whose body arrives too slowly, with 408. Takes the place of the server's own `requestTimeout`,
 * which knows one limit for all requests and would cut a large upload that is sent steadily.
 */
export function limitArrival(fastify: FastifyInstance, limits = LIMITS): void {
  const arriving = new Set<Arrival>();
  fastify.addHook('onRequest', (request, reply, done) => {
    // A request that is injected has no connection.
    if (hasBody(request) && request.raw.socket instanceof Socket) {
      const now = performance.now();
      const arrival = { request, reply, startedAt: now, sentAt: now, bytesRead: 0 };
      arriving.add(arrival);
      request.raw.once('close', () => arriving.delete(arrival));
    }
    done();
  });
  const timer = setInterval(() => {
    for (const arrival of arriving) {
      if (arrival.request.raw.complete) arriving.delete(arrival);
      else if (isTooSlow(arrival, performance.now(), limits)) cutOff(arrival);
    }
  }, limits.everyMs).unref();
  fastify.addHook('onClose', (_instance, done) => {
    clearInterval(timer);
    done();
  });
}

export const hasBody = ({ headers }: FastifyRequest): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

function isTooSlow(arrival: Arrival, now: number, { wholeMs, streamed }: ArrivalLimits): boolean {
  const { request, startedAt } = arrival;
  if (request.streamedType === undefined) return now - startedAt > wholeMs;
  // Bytes that wait here are no silence of the client: its next ones are not read before these are.
  const { bytesRead } = request.raw.socket;
  if (bytesRead !== arrival.bytesRead || request.raw.readableLength > 0)
    Object.assign(arrival, { sentAt: now, bytesRead });
  return now - arrival.sentAt > streamed.silentMs || now - startedAt > streamed.wholeMs;
}

function cutOff({ request, reply }: Arrival): void {
  const { socket } = request.raw;
  const error = Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
  if (reply.raw.headersSent) socket.destroy();
  else answerClientError(error, socket);
}
