import type { FastifyInstance } from 'fastify';

const policy = (...directives: readonly string[]): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    ...directives,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

const COMMON = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
};
const OWN_DATA = [
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "form-action 'none'",
] as const;

/** The sources that each page needs; none is external. */
const PAGES = [
  {
    // Swagger UI sets styles of its elements.
    path: /^\/docs(?:[/?-]|$)/,
    headers: {
      ...COMMON,
      'content-security-policy': policy("style-src 'self' 'unsafe-inline'", ...OWN_DATA),
    },
  },
  {
    path: /^\/admin(?:[/?]|$)/,
    headers: { ...COMMON, 'content-security-policy': policy("style-src 'self'", ...OWN_DATA) },
  },
] as const;

/** Security headers on every answer under `/docs` and `/admin`, where pages with scripts are served. */
export function protectPages(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const page = PAGES.find(({ path }) => path.test(request.url));
    if (page) void reply.headers(page.headers);
    done();
  });
}
