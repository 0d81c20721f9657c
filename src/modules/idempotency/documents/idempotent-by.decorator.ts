import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';

import type { IdempotentRequest } from './idempotent-request.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set on routes with `@IdempotentBy` where the caller sent an `Idempotency-Key`. */
    idempotency?: IdempotentRequest;
  }
}

/**
 * `@IdempotentBy('documents')`: the record of an `Idempotency-Key` stands in the document that the POST makes or changes,
 * in this collection, and no transaction of PostgreSQL is opened.
 */
export const IdempotentBy = Reflector.createDecorator<string>();

/**
 * Beside `@IdempotentBy`: the answer holds what is encrypted at rest, so it is not kept. A repetition runs the handler once more,
 * which answers from the document as it is then.
 */
export const KeepsNoAnswer = Reflector.createDecorator<void, true>({ transform: () => true });

/** Parameter decorator: `@IdempotencyOf() request: IdempotentRequest | null`, for whatever writes the document. */
export const IdempotencyOf = createParamDecorator(
  (_: unknown, context: ExecutionContext): IdempotentRequest | null =>
    context.switchToHttp().getRequest<FastifyRequest>().idempotency ?? null,
);
