import type { FastifyContextConfig, FastifyRequest } from 'fastify';

import type { Problem } from '../../errors/problem.js';
import { configOf, routeConfig } from '../route-config.js';

/** What a contract that is not ours demands where it contradicts our own. */
export interface ForeignApi {
  readonly name: string;
  /** The token that is sent, in whatever form this contract has for it; null where none is. */
  credentialOf: (headers: FastifyRequest['headers']) => string | null;
  /** A failure in the form of this contract. A body that is null is none. */
  toError: (problem: Problem, request: FailedRequest) => ForeignError;
  /** Whether browsers call it from pages of other origins. */
  isCalledByBrowsers: boolean;
  /** Its clients send JSON as `text/plain`, too, which needs no preflight of a browser. */
  readsPlainText?: boolean;
  docs: ForeignDocs;
}

export type FailedRequest = Pick<FastifyRequest, 'params'>;

export interface ForeignError {
  status: number;
  body: object | null;
}

/** What the OpenAPI document says of the routes of this contract. */
export interface ForeignDocs {
  /** The names of its security schemes, each sufficient by itself. Empty: no credential. */
  security: readonly string[];
  errors: readonly number[];
  /** The JSON schema of an error's body, and an example; null where errors have none. */
  errorBody: { schema: Record<string, unknown>; example: object } | null;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The contract of a route whose clients are not ours. */
    foreign?: ForeignApi;
  }
}

/**
 * A route, or all of a controller, whose clients speak a contract that is not ours: errors and credentials take its form,
 * unknown query parameters are passed over, `Idempotency-Key` has no meaning, and browsers are let in where it says so.
 * Give bodies a DTO that is not strict: `z.looseObject` or `z.object`.
 */
export const ForeignContract = (api: ForeignApi): ClassDecorator & MethodDecorator =>
  routeConfig({ foreign: api } satisfies Partial<FastifyContextConfig>);

/** The foreign contract of a handler. */
export const foreignApiOf = (handler: object): ForeignApi | null => configOf(handler).foreign ?? null;

/** The foreign contract of the route that a request found. */
export const foreignApiOfRequest = (
  request: Partial<Pick<FastifyRequest, 'routeOptions'>>,
): ForeignApi | null => request.routeOptions?.config?.foreign ?? null;
