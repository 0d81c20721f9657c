import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';

import { foreignApiOfRequest } from '../../common/http/foreign/foreign-contract.js';
import { Public } from '../../common/http/public.decorator.js';
import { PrincipalResolver } from './principal-resolver.js';

/** Sets `request.principal` on every route that is not `@Public()`, or refuses the request. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly principals: PrincipalResolver,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.reflector.getAllAndOverride(Public, [context.getHandler(), context.getClass()])) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    request.principal = await this.principals.resolve(request.headers, foreignApiOfRequest(request));
    return true;
  }
}
