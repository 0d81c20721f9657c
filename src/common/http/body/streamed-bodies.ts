import type { Readable } from 'node:stream';

import type { FastifyInstance } from 'fastify';

import { UnsupportedMedia } from '../../errors/kinds.js';
import { routeConfig } from '../route-config.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The media types that the handler reads by itself, as they arrive. */
    streamedTypes?: readonly string[];
  }
  interface FastifyRequest {
    /** The media type of a body that is streamed. */
    streamedType?: string;
  }
}

/** What stands for the media type of a streamed body, so that no parser of JSON holds it in memory. */
const STREAMED = 'application/vnd.triptych.streamed';

/**
 * A route whose body is too large for memory: `request.body` is the stream of its bytes, not read yet, with a
 * `Content-Encoding` undone. The route bounds their number.
 */
export const StreamsBody = (...types: readonly string[]): MethodDecorator =>
  routeConfig({ streamedTypes: types });

/** Comes before the hooks that look at the media type. */
export function streamBodies(fastify: FastifyInstance): void {
  fastify.addHook('preParsing', (request, _reply, payload, done) => {
    const types = request.routeOptions.config.streamedTypes;
    const given = request.headers['content-type'];
    if (!types || given === undefined) return done(null, payload);
    const type = given.split(';', 1)[0]?.trim().toLowerCase() ?? '';
    if (!types.includes(type)) return done(new UnsupportedMedia(`Send the body as ${types.join(' or ')}.`));
    request.streamedType = type;
    request.headers['content-type'] = STREAMED;
    done(null, payload);
  });
}

/** Call it after the other parsers are registered. */
export function parseStreamedBodies(fastify: FastifyInstance): void {
  fastify.addContentTypeParser(STREAMED, (request, payload: Readable, done) => {
    if (request.streamedType === undefined) done(new UnsupportedMedia(), undefined);
    else done(null, payload);
  });
}
