import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';

import type { IdempotentRequest } from './idempotent-request.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set on routes with `@IdempotentBy` if the caller sent an `Idempotency-Key`. */
    idempotency?: IdempotentRequest;
  }
}

/**
 * `@IdempotentBy('documents')`: the record of an `Idempotency-Key` is stored in the document that the POST creates or
 * changes, in this collection. No transaction of PostgreSQL is opened.
 */
export const IdempotentBy = Reflector.createDecorator<string>();

/**
 * In addition to `@IdempotentBy`: the answer contains values that are encrypted at rest, so it is not stored. A
 * repetition runs the handler again, which answers from the document's present state.
 */
export const KeepsNoAnswer = Reflector.createDecorator<void, true>({ transform: () => true });

/** Parameter decorator: `@IdempotencyOf() request: IdempotentRequest | null`, for the code that writes the document. */
export const IdempotencyOf = createParamDecorator(
  (_: unknown, context: ExecutionContext): IdempotentRequest | null =>
    context.switchToHttp().getRequest<FastifyRequest>().idempotency ?? null,
);
