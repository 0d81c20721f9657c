import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';

import { foreignApiOfRequest } from '../../common/http/foreign/foreign-contract.js';
import { PrincipalResolver } from './principal-resolver.js';

/** Sets `request.principal` before the body is read, so that a caller without a credential costs no more than its headers. */
@Injectable()
export class EarlyAuthentication {
  constructor(host: HttpAdapterHost, principals: PrincipalResolver) {
    // A command has no HTTP server.
    const fastify = host.httpAdapter?.getInstance<FastifyInstance | undefined>();
    fastify?.addHook('onRequest', async (request) => {
      if (request.routeOptions.config.access !== 'principal') return;
      request.authenticate = () => principals.resolve(request.headers, foreignApiOfRequest(request));
      request.principal = await request.authenticate();
    });
  }
}
