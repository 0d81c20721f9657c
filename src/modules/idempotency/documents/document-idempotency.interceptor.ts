import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  Logger,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';

import { principalOf } from '../../../common/http/current-principal.js';
import { Clock } from '../../../common/time/clock.js';
import { StoreUnavailable } from '../../../stores/store-unavailable.js';
import { IdempotencyKeyReused, IdempotentRequestUnderWay } from '../idempotency.errors.js';
import { assertUsable, ownerOf } from '../key-owner.js';
import { IdempotencyRecords } from './idempotency-records.mongo.repository.js';
import { IdempotentBy, KeepsNoAnswer } from './idempotent-by.decorator.js';
import { type FirstAnswer, IdempotentRequest } from './idempotent-request.js';

/** A document has 16 MB at the most, and keeps the answers of 50 requests. */
const MAX_KEPT_BYTES = 131_072;

/**
 * `Idempotency-Key` on POSTs whose document is MongoDB's (`@IdempotentBy`). The document and the record of the key are one
 * write, so that a crash cannot separate them. The answer is kept by a second one: if a crash comes before it nobody
 * has seen an answer, and the repetition makes it from the document; so it does where the answer is too large to be kept.
 */
@Injectable()
export class DocumentIdempotencyInterceptor implements NestInterceptor {
  private readonly logger = new Logger(DocumentIdempotencyInterceptor.name);
  private readonly underWay = new Set<string>();

  constructor(
    private readonly records: IdempotencyRecords,
    private readonly reflector: Reflector,
    private readonly clock: Clock,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const collection = this.reflector.get(IdempotentBy, context.getHandler());
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const key = request.headers['idempotency-key'];
    if (collection === undefined || key === undefined) return next.handle();
    assertUsable(key);
    const principal = principalOf(request);
    const { method, url, body } = request;
    const keyed = { orgId: principal.orgId, principal: ownerOf(principal), key, method, url, body };
    const idempotent = (request.idempotency = new IdempotentRequest(keyed, this.clock.now()));
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const keepsAnswer = !this.reflector.get(KeepsNoAnswer, context.getHandler());
    const run = () => this.once(collection, idempotent, reply, keepsAnswer, next);
    return from(this.alone(idempotent.identity, run));
  }

  /** Between processes the unique key of the record decides. The later process gets the document of the first. */
  private async alone<T>(identity: string, run: () => Promise<T>): Promise<T> {
    if (this.underWay.has(identity)) throw new IdempotentRequestUnderWay();
    this.underWay.add(identity);
    try {
      return await run();
    } finally {
      this.underWay.delete(identity);
    }
  }

  private async once(
    collection: string,
    request: IdempotentRequest,
    reply: FastifyReply,
    keepsAnswer: boolean,
    next: CallHandler,
  ): Promise<unknown> {
    const record = await this.records.find(collection, request);
    if (record && record.fingerprint !== request.record.fingerprint) throw new IdempotencyKeyReused();
    if (record?.answer) return replay(record.answer, reply);
    const value: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
    const answer = answerOf(reply, value);
    if (keepsAnswer && Buffer.byteLength(answer.body ?? '') <= MAX_KEPT_BYTES)
      await this.keepAnswer(collection, request, answer);
    if (request.isRepeated) void reply.header('idempotency-replayed', 'true');
    return value;
  }

  private async keepAnswer(
    collection: string,
    request: IdempotentRequest,
    answer: FirstAnswer,
  ): Promise<void> {
    try {
      await this.records.keepAnswer(collection, request, answer);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      this.logger.debug('An answer could not be kept: a repetition makes it from the document');
    }
  }
}

function answerOf(reply: FastifyReply, value: unknown): FirstAnswer {
  const location = reply.getHeader('location');
  return {
    status: reply.statusCode,
    location: typeof location === 'string' ? location : null,
    body: value === undefined ? null : JSON.stringify(value),
  };
}

function replay({ status, location, body }: FirstAnswer, reply: FastifyReply): unknown {
  void reply.status(status).header('idempotency-replayed', 'true');
  if (location !== null) void reply.header('location', location);
  return body === null ? undefined : (JSON.parse(body) as unknown);
}
