import type { FastifyInstance, FastifyRequest } from 'fastify';

import { UnsupportedMedia } from '../../errors/kinds.js';
import { routeConfig } from '../route-config.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The handler needs the original bytes. */
    keepsRawBody?: boolean;
  }
  interface FastifyRequest {
    /** The bytes of the body, on routes with `@KeepsRawBody()`. */
    rawBody?: Buffer;
  }
}

/** Gives the handler `request.rawBody`, for signatures over the bytes. */
export const KeepsRawBody = (): ClassDecorator & MethodDecorator => routeConfig({ keepsRawBody: true });

const JSON_TYPE = 'application/json';
const MERGE_PATCH = 'application/merge-patch+json';
const PLAIN_TEXT = 'text/plain';

/** Media types that can contain JSON, on some routes or on all. */
export const JSON_TYPES: readonly string[] = [JSON_TYPE, MERGE_PATCH, PLAIN_TEXT];

/**
 * Refuses a media type that the route does not accept, before the body is read. A merge patch (RFC 7396) is accepted
 * only on PATCH, and JSON as plain text only if a foreign contract allows it.
 */
export function refuseOtherTypes(fastify: FastifyInstance): void {
  fastify.addHook('preParsing', (request, _reply, payload, done) => {
    const type = mediaTypeOf(request);
    const isRefused =
      (type === MERGE_PATCH && request.method !== 'PATCH') ||
      (type === PLAIN_TEXT && request.routeOptions.config.foreign?.readsPlainText !== true);
    if (isRefused) done(new UnsupportedMedia());
    else done(null, payload);
  });
}

const mediaTypeOf = ({ headers }: FastifyRequest): string | undefined =>
  headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
