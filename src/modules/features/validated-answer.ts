import type { FastifyReply } from 'fastify';

import { etagOf, matchesNone } from '../../common/http/etag.js';

/** Sends JSON with its validator, or status 304 without a body. Returns the value that the handler has to return. */
export function sendValidated<T extends string | Buffer>(
  reply: FastifyReply,
  body: T,
  ifNoneMatch: string | undefined,
  etag = etagOf(body),
): T | '' {
  void reply.headers({ etag, 'cache-control': 'private, no-cache' });
  if (ifNoneMatch !== undefined && matchesNone(ifNoneMatch, etag)) {
    void reply.status(304);
    return '';
  }
  void reply.header('content-type', 'application/json; charset=utf-8');
  return body;
}
