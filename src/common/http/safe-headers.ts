import type { FastifyInstance } from 'fastify';

/**
 * On every answer, which is data: no browser may take it for a page, run a part of it or show it in a frame (OWASP REST
 * Security Cheat Sheet). A page brings a policy of its own. `Strict-Transport-Security` is for the proxy that ends TLS.
 */
export const SAFE_HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
} as const;

/** Sets them before everything else, so that whatever answers a request has them. */
export function sendSafeHeaders(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (_request, reply, done) => {
    void reply.headers(SAFE_HEADERS);
    done();
  });
}
