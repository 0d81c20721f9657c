import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';

import { EarlyReads } from '../../cache/http/early-reads.js';
import { fastifyOf } from '../../common/http/fastify-of.js';
import { foreignApiOfRequest } from '../../common/http/foreign/foreign-contract.js';
import type { Principal } from '../../common/http/principal.js';
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
    private readonly principals: PrincipalResolver,
    private readonly tokens: StreamTokens,
    private readonly reads: EarlyReads,
    limits: RequestLimits,
    uses: LastUses,
  ) {
    fastifyOf(host)?.addHook('onRequest', async (request, reply) => {
      if (isOpen(request)) return limits.admitAddress(request, reply);
      if (request.routeOptions.config.access !== 'principal') return;
      const token = streamTokenOf(request);
      const principal = token === null ? await this.ofHeaders(request) : await this.ofToken(token, request);
      request.principal = principal;
      takeTurnsAs(principal.orgId);
      uses.note(principal);
      await limits.admit(principal, request, reply);
    });
  }

  /** A cached read begins at once, for the principal that memory holds. It counts only if that one is confirmed. */
  private async ofHeaders(request: FastifyRequest): Promise<Principal> {
    const foreign = foreignApiOfRequest(request);
    request.authenticate = () => this.principals.resolve(request, foreign);
    const { assumed, hash, confirm } = this.principals.begin(request, foreign);
    // Until the organisation is known, the look-ups of one address take turns by credential.
    if (hash !== null) takeTurnsAs(hash);
    const lookup = assumed && this.reads.begin(request, assumed);
    const principal = await confirm();
    if (lookup && principal === assumed) request.lookup = await lookup;
    return principal;
  }

  private async ofToken(token: string, request: FastifyRequest): Promise<Principal> {
    request.authenticate = await this.tokens.authenticatorOf(token, request);
    return request.authenticate();
  }
}

function takeTurnsAs(caller: string): void {
  const context = requestContext.getStore();
  if (context) context.caller = caller;
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
