import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { ContractPipe } from '../../common/http/contract.pipe.js';
import { fastifyOf } from '../../common/http/fastify-of.js';
import { KeyVerificationController } from './key-verification.controller.js';
import { VerifyKeyDto } from './key-verification.dto.js';
import { KeyVerification } from './key-verification.service.js';

/** As Nest names the route's handler. */
const HANDLER = `${KeyVerificationController.name}.${'verify' satisfies keyof KeyVerificationController}`;
const JSON_TYPE = 'application/json; charset=utf-8';

const contract = new ContractPipe();

/**
 * Answers a verification before Nest's pipeline, which does nothing more for this route and costs as much as the
 * verification itself. A request with a query goes through the pipeline, which refuses it.
 */
@Injectable()
export class DirectVerification {
  constructor(
    host: HttpAdapterHost,
    private readonly verification: KeyVerification,
  ) {
    fastifyOf(host)?.addHook('onRoute', (route) => {
      if (route.handler.name !== HANDLER) return;
      route.preHandler = [route.preHandler ?? [], this.answer.bind(this)].flat();
    });
  }

  private async answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
    if (!request.principal || request.url.includes('?')) return undefined;
    const body = contract.transform(request.body, { type: 'body', metatype: VerifyKeyDto }) as VerifyKeyDto;
    const verification = await this.verification.verify(request.principal, body);
    return reply.header('content-type', JSON_TYPE).send(JSON.stringify(verification));
  }
}
