import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';

import { Unauthenticated } from '../../common/errors/kinds.js';
import { Public } from '../../common/http/public.decorator.js';

/**
 * Requires a principal for every handler that is not `@Public()`. `EarlyAuthentication` sets it before the body is
 * read. A route that this hook does not recognise stays closed.
 */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    if (this.reflector.getAllAndOverride(Public, [context.getHandler(), context.getClass()])) return true;
    if (!context.switchToHttp().getRequest<FastifyRequest>().principal) throw new Unauthenticated();
    return true;
  }
}
