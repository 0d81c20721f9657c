import type { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';

/** The HTTP server of this process. Null in a command, which has none, whatever the type of the host says. */
export function fastifyOf({
  httpAdapter,
}: {
  httpAdapter?: HttpAdapterHost['httpAdapter'];
}): FastifyInstance | null {
  return httpAdapter?.getType() === 'fastify' ? httpAdapter.getInstance<FastifyInstance>() : null;
}
