import type { FastifyInstance } from 'fastify';

/** What the page of the documentation needs, and nothing from elsewhere. Swagger UI sets styles of its elements. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
    "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
};

/** Security headers on every answer under `/docs`, where a page with scripts is served. */
export function protectPages(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    if (/^\/docs(?:[/?-]|$)/.test(request.url)) void reply.headers(HEADERS);
    done();
  });
}
