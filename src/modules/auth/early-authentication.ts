import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';

import { fastifyOf } from '../../common/http/fastify-of.js';
import { foreignApiOfRequest } from '../../common/http/foreign/foreign-contract.js';
import { requestContext } from '../../common/http/request-context.js';
import { RequestLimits } from '../rate-limits/request-limits.service.js';
import { LastUses } from './last-uses.service.js';
import { PrincipalResolver } from './principal-resolver.js';
import { StreamTokens } from './stream-tokens.service.js';

/**
 * Sets `request.principal` before the body is read, so that the service reads only the headers of a caller without a
 * credential.
 */
@Injectable()
export class EarlyAuthentication {
  constructor(
    host: HttpAdapterHost,
    principals: PrincipalResolver,
    tokens: StreamTokens,
    limits: RequestLimits,
    uses: LastUses,
  ) {
    fastifyOf(host)?.addHook('onRequest', async (request, reply) => {
      if (isOpen(request)) return limits.admitAddress(request, reply);
      if (request.routeOptions.config.access !== 'principal') return;
      const token = streamTokenOf(request);
      request.authenticate =
        token === null
          ? () => principals.resolve(request, foreignApiOfRequest(request))
          : await tokens.authenticatorOf(token, request);
      request.principal = await request.authenticate();
      const context = requestContext.getStore();
      if (context) context.caller = request.principal.orgId;
      uses.note(request.principal);
      await limits.admit(request.principal, request, reply);
    });
  }
}

/** A route of the interface that needs no credential. Not the probes, and not routes with a foreign contract. */
function isOpen(request: FastifyRequest): boolean {
  const { config, url = '' } = request.routeOptions;
  return config.access === 'public' && url.startsWith('/api/v1/') && foreignApiOfRequest(request) === null;
}

function streamTokenOf({ routeOptions, query }: FastifyRequest): string | null {
  if (routeOptions.config.takesStreamToken !== true) return null;
  const { token } = query as Readonly<Record<string, unknown>>;
  return typeof token === 'string' ? token : null;
}
