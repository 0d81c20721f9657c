import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

import type { Principal } from './principal.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by `EarlyAuthentication` on every route that is not `@Public()`. */
    principal?: Principal;
    /** Checks the credential again. A long answer ends when the credential is no longer valid. */
    authenticate?: () => Promise<Principal>;
  }
}

/** The principal of a request. Throws on a public route, which has none. */
export function principalOf(request: FastifyRequest): Principal {
  if (!request.principal) throw new Error('A public route has no principal');
  return request.principal;
}

/** Parameter decorator: `@CurrentPrincipal() actor: Principal`. */
export const CurrentPrincipal = createParamDecorator((_: unknown, context: ExecutionContext): Principal =>
  principalOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
