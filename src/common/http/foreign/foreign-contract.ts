import type { FastifyContextConfig, FastifyRequest } from 'fastify';

import type { Problem } from '../../errors/problem.js';
import { configOf, routeConfig } from '../route-config.js';

/** The differences between a foreign contract and our own. */
export interface ForeignApi {
  readonly name: string;
  /** The token that the client sent, in the form of this contract. Null if there is none. */
  credentialOf: (headers: FastifyRequest['headers']) => string | null;
  /** A failure in the form of this contract. A null body means no body. */
  toError: (problem: Problem, request: FailedRequest) => ForeignError;
  /** Whether browsers call it from pages of other origins. */
  isCalledByBrowsers: boolean;
  /** Its clients also send JSON as `text/plain`, for which browsers need no preflight. */
  readsPlainText?: boolean;
  docs: ForeignDocs;
}

export type FailedRequest = Pick<FastifyRequest, 'params'>;

export interface ForeignError {
  status: number;
  body: object | null;
}

/** The documentation of this contract's routes in the OpenAPI document. */
export interface ForeignDocs {
  /** The names of its security schemes, each of which is sufficient. Empty: no credential. */
  security: readonly string[];
  errors: readonly number[];
  /** The JSON schema of an error's body, and an example. Null if errors have no body. */
  errorBody: { schema: Record<string, unknown>; example: object } | null;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The contract of a route for foreign clients. */
    foreign?: ForeignApi;
  }
}

/**
 * A route, or a whole controller, whose clients use a foreign contract. Errors and credentials take its form, unknown
 * query parameters are ignored, `Idempotency-Key` has no meaning, and browsers are allowed if the contract says so.
 * Give bodies a DTO that is not strict: `z.looseObject` or `z.object`.
 */
export const ForeignContract = (api: ForeignApi): ClassDecorator & MethodDecorator =>
  routeConfig({ foreign: api } satisfies Partial<FastifyContextConfig>);

/** The foreign contract of a handler. */
export const foreignApiOf = (handler: object): ForeignApi | null => configOf(handler).foreign ?? null;

/** The foreign contract of the route that a request matched. */
export const foreignApiOfRequest = (
  request: Partial<Pick<FastifyRequest, 'routeOptions'>>,
): ForeignApi | null => request.routeOptions?.config?.foreign ?? null;
