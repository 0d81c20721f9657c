import { HttpException } from '@nestjs/common';

import { DomainError } from './domain-error.js';
import { Malformed, NotFound, Unavailable, UnsupportedMedia } from './kinds.js';

/** A refusal by the framework before a handler runs. */
class Refused extends DomainError {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** The codes of Fastify, and those of Node for input from which it cannot make a request. */
const BY_CODE: Readonly<Record<string, () => DomainError>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: () => new Malformed('The body is not valid JSON.'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () => new Malformed('The body is not as long as Content-Length says.'),
  FST_ERR_BAD_URL: () => new Malformed('The address is not a valid URL.'),
  HPE_HEADER_OVERFLOW: () => new Refused(431, 'request.headers_too_large', 'The headers are too large.'),
  ERR_HTTP_REQUEST_TIMEOUT: () => new Refused(408, 'request.timeout', 'The request took too long to arrive.'),
};

const BY_STATUS: Readonly<Record<number, () => DomainError>> = {
  404: () => new NotFound('There is no such route.'),
  414: () => new Refused(414, 'request.uri_too_long', 'A part of the address is too long.'),
  413: () => new Refused(413, 'request.too_large', 'The body is larger than this route allows.'),
  415: () => new UnsupportedMedia(),
  503: () => new Unavailable(),
};

/** Translates an error that the framework throws before a handler runs. Null for an unexpected error. */
export function translate(error: unknown): DomainError | null {
  if (!(error instanceof Error)) return null;
  // Nest wraps Fastify's error in one of its own, and keeps it as the cause in some cases.
  const origin = error.cause instanceof Error ? error.cause : error;
  const code = 'code' in origin && typeof origin.code === 'string' ? origin.code : '';
  const status = statusOf(error);
  const known = BY_CODE[code] ?? (status === null ? undefined : BY_STATUS[status]);
  if (known) return known();
  if (origin instanceof SyntaxError || /JSON/.test(status === 400 ? error.message : '')) {
    return new Malformed('The body is not valid JSON.');
  }
  if (status === null || status < 400 || status >= 500) return null;
  return status === 400
    ? new Malformed('The request cannot be read.')
    : new Refused(status, 'request.refused', 'The request cannot be answered.');
}

function statusOf(error: Error): number | null {
  if (error instanceof HttpException) return error.getStatus();
  return 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : null;
}
