import { isUtf8 } from 'node:buffer';

import type { FastifyInstance, FastifyRequest } from 'fastify';

import { DomainError } from '../../errors/domain-error.js';
import { Malformed, UnsupportedMedia } from '../../errors/kinds.js';
import { type BodyBounds, DEFAULT_BODY_BOUNDS } from './body-bounds.decorator.js';
import { JSON_TYPES, refuseOtherTypes } from './body-types.js';
import { inflateBodies } from './inflated.js';
import { scanJson } from './json-scan.js';
import { parseStreamedBodies, streamBodies } from './streamed-bodies.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Set while routes are registered. Absent means `DEFAULT_BODY_BOUNDS`. */
    bodyBounds?: BodyBounds;
  }
}

const CHARSET = /;\s*charset\s*=\s*"?([^";\s]*)/i;
const UTF8 = /^utf-?8$/i;

/** Reads JSON within the bounds of each route; any other type is for the routes that stream their body. */
export function readJsonBodies(fastify: FastifyInstance): void {
  ignoreTypeOfEmptyBodies(fastify);
  streamBodies(fastify);
  refuseOtherTypes(fastify);
  inflateBodies(fastify);
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  parseStreamedBodies(fastify);
  void fastify.addContentTypeParser<Buffer>(
    [...JSON_TYPES],
    { parseAs: 'buffer' },
    (request, bytes, done) => {
      const bounds = request.routeOptions.config.bodyBounds ?? DEFAULT_BODY_BOUNDS;
      const fault = faultOf(() => {
        assertUtf8(request, bytes);
        scanJson(bytes, bounds);
      });
      if (request.routeOptions.config.keepsRawBody) request.rawBody = bytes;
      if (fault) done(fault);
      else if (bytes.length === 0) done(null);
      else void parse(request, bytes.toString('utf8'), done);
    },
  );
}

/** Ignores the media type of a request without a body, because generated clients and curl send one anyway. */
function ignoreTypeOfEmptyBodies(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { headers } = request;
    if (headers['content-length'] === '0') {
      delete headers['content-type'];
      delete headers['content-encoding'];
    }
    done();
  });
}

/**
 * JSON is UTF-8 (RFC 8259, section 8.1). A decoder would replace invalid bytes by U+FFFD, and a different text would
 * be stored.
 */
function assertUtf8({ headers }: FastifyRequest, bytes: Buffer): void {
  const charset = CHARSET.exec(headers['content-type'] ?? '')?.[1];
  if (charset !== undefined && !UTF8.test(charset)) throw new UnsupportedMedia('Send JSON as UTF-8.');
  if (!isUtf8(bytes)) throw new Malformed('The body is not UTF-8.');
}

function faultOf(check: () => void): Error | null {
  try {
    check();
    return null;
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}
