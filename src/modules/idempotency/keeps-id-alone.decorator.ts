import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set if a handler with `@KeepsIdAlone()` has to make the answer of an earlier request again. */
    replayedId?: string;
  }
}

/**
 * A POST whose answer must not be stored: `idempotency_keys` contains only its status and the `id`. For a repetition
 * the handler is called again with the id (`@ReplayedId()`), and makes the answer from the request and the id without
 * changing anything.
 */
export const KeepsIdAlone = Reflector.createDecorator<void, true>({ transform: () => true });

/** Parameter decorator: `@ReplayedId() replayed: string | null`. */
export const ReplayedId = createParamDecorator(
  (_: unknown, context: ExecutionContext): string | null =>
    context.switchToHttp().getRequest<FastifyRequest>().replayedId ?? null,
);
