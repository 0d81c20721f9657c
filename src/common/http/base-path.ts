import type { IncomingMessage } from 'node:http';

import type { FastifyInstance } from 'fastify';

/** Removes the base path from an address if the proxy passes it on. Other proxies strip it themselves. */
export const withoutBasePath =
  (basePath: string) =>
  ({ url = '/' }: Pick<IncomingMessage, 'url'>): string => {
    if (basePath === '' || !url.startsWith(basePath)) return url;
    const rest = url.slice(basePath.length);
    return rest === '' || rest.startsWith('?') ? `/${rest}` : rest.startsWith('/') ? rest : url;
  };

/**
 * Puts the base path before every `Location`, because handlers and stored answers know only the service's own paths.
 */
export function locateUnderBasePath(fastify: FastifyInstance, basePath: string): void {
  if (basePath === '') return;
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    const location = reply.getHeader('location');
    if (typeof location === 'string' && location.startsWith('/'))
      void reply.header('location', basePath + location);
    done();
  });
}
