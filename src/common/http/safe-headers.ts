import type { FastifyInstance } from 'fastify';

/**
 * The headers of every answer, which is data. A browser must not treat it as a page, execute parts of it or show it in
 * a frame (OWASP REST Security Cheat Sheet). A page sets its own policy. `Strict-Transport-Security` is left to the
 * proxy that ends TLS.
 */
export const SAFE_HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
} as const;

/** Sets the headers before everything else, so that every answer has them. */
export function sendSafeHeaders(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (_request, reply, done) => {
    void reply.headers(SAFE_HEADERS);
    done();
  });
}
