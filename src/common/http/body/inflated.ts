import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

import type { FastifyInstance } from 'fastify';

import { UnsupportedMedia } from '../../errors/kinds.js';

const GZIP = /^(?:x-)?gzip$/i;

/** Small steps, so that little is inflated beyond the limit of the route before Fastify stops reading. */
const CHUNK_BYTES = 16_384;

/**
 * Undoes `Content-Encoding: gzip` (RFC 9110, section 8.4). The limit on a body applies both to the bytes on the wire
 * and to the inflated bytes, so a decompression bomb is cut off at the limit.
 */
export function inflateBodies(fastify: FastifyInstance): void {
  fastify.addHook('preParsing', (request, reply, payload, done) => {
    const encoding = request.headers['content-encoding'];
    if (encoding === undefined || encoding.toLowerCase() === 'identity') return done(null, payload);
    if (!GZIP.test(encoding))
      return done(
        new UnsupportedMedia('Send the body plain or as gzip.', { headers: { 'accept-encoding': 'gzip' } }),
      );
    const inflated = inflate(payload);
    reply.raw.once('close', () => inflated.destroy());
    done(null, inflated);
  });
}

/** `receivedEncodedLength` is what Fastify compares with `Content-Length`. */
function inflate(payload: Readable): Readable & { receivedEncodedLength: number } {
  const inflated = Object.assign(createGunzip({ chunkSize: CHUNK_BYTES }), { receivedEncodedLength: 0 });
  payload.on('data', (chunk: Buffer) => {
    inflated.receivedEncodedLength += chunk.length;
  });
  // Its error reaches Fastify through the stream itself.
  pipeline(payload, inflated, () => undefined);
  return inflated;
}
