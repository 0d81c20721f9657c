import { Readable } from 'node:stream';

import { applyDecorators, StreamableFile } from '@nestjs/common';
import { ApiProduces, ApiResponse } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';

import { routeConfig } from './route-config.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The answer lasts as long as its source or its client, so its duration is no measure of the service. */
    isStream?: boolean;
  }
}

type Chunk = string | Uint8Array;

/**
 * A GET route that answers with `streamed`, in one of these media types by `Accept`. It also needs `@NoCache`, because
 * a stream is not JSON and is never kept.
 */
export const Streamed = (description: string, examples: Readonly<Record<string, string>>): MethodDecorator =>
  applyDecorators(
    routeConfig({ isStream: true }),
    ApiProduces(...Object.keys(examples)),
    ApiResponse({
      status: 200,
      description,
      content: Object.fromEntries(
        Object.entries(examples).map(([type, example]) => [type, { schema: { type: 'string' }, example }]),
      ),
    }),
  );

export interface StreamedAs {
  /** The media type, as in `Content-Type`. */
  type: string;
  /** Offers the answer as a file of this name. */
  filename?: string;
}

/**
 * The return value of a handler that sends the chunks of `source` as they are read. It reads no more than the client
 * takes. If the connection is cut, `signal` is aborted and the source is closed, so its `finally` runs. If the source
 * throws, the connection is cut, so that the client cannot mistake the part for the whole.
 */
export async function streamed(
  reply: FastifyReply,
  { type, filename }: StreamedAs,
  source: (signal: AbortSignal) => AsyncIterable<Chunk>,
): Promise<StreamableFile> {
  const ending = new AbortController();
  const chunks = source(ending.signal)[Symbol.asyncIterator]();
  // An error before the first chunk is answered as an error, with its status.
  const first = await chunks.next();
  const stream = Readable.from(resumed(first, chunks), { objectMode: false });
  // First ends what the source waits for, because destroying the stream waits for the source.
  const left = (): void => {
    ending.abort();
    stream.destroy();
  };
  reply.raw.once('close', left);
  if (reply.raw.destroyed) left();
  void reply.headers({ 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
  return new StreamableFile(stream, {
    type,
    ...(filename !== undefined && { disposition: `attachment; filename="${filename}"` }),
  });
}

async function* resumed(
  first: IteratorResult<Chunk>,
  rest: AsyncIterator<Chunk>,
): AsyncGenerator<Chunk, void, undefined> {
  try {
    for (let next = first; !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
