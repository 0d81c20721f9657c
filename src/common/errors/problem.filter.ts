import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { foreignApiOfRequest } from '../http/foreign/foreign-contract.js';
import { DomainError } from './domain-error.js';
import { toProblem } from './problem.js';
import { translate } from './translate.js';

const JSON_TYPE = 'application/json; charset=utf-8';

/**
 * The only place where an error becomes HTTP, in the form of the route's contract. An error that is no `DomainError`
 * is logged in full and answered with 500.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Error');

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const known = error instanceof DomainError ? error : translate(error);
    if (!known) this.logger.error({ err: error, requestId: request.id }, 'Unexpected error');
    else if (error instanceof HttpException && known.status >= 500)
      this.logger.error({ err: error }, 'HTTP error');
    if (reply.sent) return;
    const problem = toProblem(known, request);
    const foreign = foreignApiOfRequest(request);
    if (foreign) {
      const { status, body } = foreign.toError(problem, request);
      void reply.status(status).headers(known?.headers ?? {});
      void (body === null ? reply.send() : reply.type(JSON_TYPE).send(JSON.stringify(body)));
      return;
    }
    void reply
      .status(problem.status)
      .headers(known?.headers ?? {})
      .header('content-type', 'application/problem+json')
      .send(JSON.stringify(problem));
  }
}
