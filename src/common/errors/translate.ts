import { HttpException } from '@nestjs/common';

import { DomainError } from './domain-error.js';
import { Malformed, NotFound, Unavailable } from './kinds.js';

class PayloadTooLarge extends DomainError {
  readonly status = 413;
  readonly code = 'request.too_large';
}

class UnsupportedMediaType extends DomainError {
  readonly status = 415;
  readonly code = 'request.unsupported_media_type';
}

class UnreadableRequest extends DomainError {
  readonly code = 'request.malformed';

  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const BY_FASTIFY_CODE: Readonly<Record<string, () => DomainError>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: () => new PayloadTooLarge('The body is larger than this route allows.'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => new UnsupportedMediaType('Send application/json.'),
  FST_ERR_CTP_EMPTY_JSON_BODY: () => new Malformed('The body is empty, but its content type says JSON.'),
  FST_ERR_CTP_INVALID_JSON_BODY: () => new Malformed('The body is not valid JSON.'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    new Malformed('The body is shorter or longer than Content-Length says.'),
};

/** What the framework throws before a handler runs, as an error of ours; null for what nobody expected. */
export function translate(error: unknown): DomainError | null {
  if (!(error instanceof Error)) return null;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const byCode = BY_FASTIFY_CODE[code];
  if (byCode) return byCode();
  const status =
    error instanceof HttpException ? error.getStatus() : 'statusCode' in error ? error.statusCode : null;
  if (typeof status !== 'number' || status < 400) return null;
  if (status === 404) return new NotFound('There is no such route.');
  if (error instanceof SyntaxError || status === 400) return new Malformed('The request cannot be read.');
  if (status === 503) return new Unavailable();
  return status < 500 ? new UnreadableRequest(status, 'The request cannot be answered.') : null;
}
