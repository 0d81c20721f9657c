import { describe, expect, it } from 'vitest';

import { sourceFiles } from './source-files.js';

/** What Nest runs before the handler of each route. `EarlyReads` answers hits without it. */
const GLOBAL =
  /\b(?:APP_GUARD|APP_INTERCEPTOR)\b, use\w+: (\w+)|\b(useGlobal(?:Guards|Interceptors))\b|\bimplements (NestMiddleware)\b/g;

describe('what runs before every handler', () => {
  it('is known, because a hit that is answered early skips it', () => {
    const found = sourceFiles('src/**/*.ts').flatMap(({ text }) =>
      [...text.matchAll(GLOBAL)].map(([, ...names]) => names.find((name) => name !== undefined)),
    );
    expect(found.toSorted()).toEqual([
      // `EarlyReads` has a confirmed principal.
      'AuthGuard',
      // Only for requests that write.
      'DocumentIdempotencyInterceptor',
      'HttpCacheInterceptor',
      'IdempotencyInterceptor',
    ]);
  });
});
