import type { IncomingMessage } from 'node:http';

import type { FastifyInstance } from 'fastify';

/** Takes the base path off an address, for proxies that pass it on; those that strip it send the rest alone. */
export const withoutBasePath =
  (basePath: string) =>
  ({ url = '/' }: Pick<IncomingMessage, 'url'>): string => {
    if (basePath === '' || !url.startsWith(basePath)) return url;
    const rest = url.slice(basePath.length);
    return rest === '' || rest.startsWith('?') ? `/${rest}` : rest.startsWith('/') ? rest : url;
  };

/** Puts the base path before every `Location`: handlers and stored answers know the service's own paths alone. */
export function locateUnderBasePath(fastify: FastifyInstance, basePath: string): void {
  if (basePath === '') return;
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    const location = reply.getHeader('location');
    if (typeof location === 'string' && location.startsWith('/'))
      void reply.header('location', basePath + location);
    done();
  });
}
