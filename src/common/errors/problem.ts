import { STATUS_CODES } from 'node:http';

import type { FastifyRequest } from 'fastify';

import type { DomainError, FieldError } from './domain-error.js';

/** Problem details (RFC 9457) with our extension members `code`, `request_id` and `errors`. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  code: string;
  request_id: string;
  errors: readonly FieldError[];
}

/** `null`: an unexpected error, of which the client learns only the request's id. */
export function toProblem(error: DomainError | null, request: Pick<FastifyRequest, 'id' | 'url'>): Problem {
  const status = error?.status ?? 500;
  const code = error?.code ?? 'internal_error';
  return {
    type: `urn:triptych:problem:${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: error?.message ?? 'Something went wrong on our side. Name the request id when you report it.',
    instance: request.url.split('?', 1)[0] ?? '/',
    code,
    request_id: String(request.id),
    errors: error?.errors ?? [],
  };
}
