import { DomainError, type DomainErrorOptions, type FieldError } from './domain-error.js';

/** 400: the request cannot be parsed: broken JSON, an unknown or malformed parameter. */
export class Malformed extends DomainError {
  readonly status = 400;
  code = 'request.malformed';
}

/** 401. `WWW-Authenticate` is required by RFC 9110, section 11.6.1. */
export class Unauthenticated extends DomainError {
  readonly status = 401;
  code = 'auth.unauthenticated';

  constructor(message = 'A valid credential is required.', options: DomainErrorOptions = {}) {
    super(message, {
      ...options,
      headers: { 'www-authenticate': 'Bearer realm="triptych"', ...options.headers },
    });
  }
}

/** 403: the principal is known, but not allowed. */
export class Forbidden extends DomainError {
  readonly status = 403;
  code = 'auth.forbidden';

  constructor(message = 'You are not allowed to do this.', options: DomainErrorOptions = {}) {
    super(message, options);
  }
}

/**
 * 404: the record does not exist, or belongs to another organisation or user. Clients must not be able to tell these
 * apart.
 */
export class NotFound extends DomainError {
  readonly status = 404;
  code = 'resource.not_found';

  constructor(message = 'There is no such resource.', options: DomainErrorOptions = {}) {
    super(message, options);
  }
}

/** 405. `allow` lists the methods that the resource has (RFC 9110, section 15.5.6). */
export class MethodNotAllowed extends DomainError {
  readonly status = 405;
  code = 'request.method_not_allowed';

  constructor(allow: readonly string[]) {
    super('This resource does not have this method.', { headers: { allow: allow.join(', ') } });
  }
}

/** 409: the state of the resource does not allow it. */
export abstract class Conflict extends DomainError {
  readonly status = 409;
}

/** 412: `If-Match` names another version than the current one. */
export class PreconditionFailed extends DomainError {
  readonly status = 412;
  code = 'request.precondition_failed';

  constructor() {
    super(
      'The resource has changed since you read it. Read it again and repeat the change on the new version.',
    );
  }
}

/** 417: `Expect` demands an extension that this server does not support. */
export class ExpectationFailed extends DomainError {
  readonly status = 417;
  code = 'request.expectation_failed';

  constructor() {
    super('This server meets no expectation but 100-continue.');
  }
}

/** 415: a media type, charset or content coding that the route does not read. */
export class UnsupportedMedia extends DomainError {
  readonly status = 415;
  code = 'request.unsupported_media_type';

  constructor(message = 'Send the body as application/json.', options: DomainErrorOptions = {}) {
    super(message, options);
  }
}

/** 422: readable, but not valid. */
export class Invalid extends DomainError {
  readonly status = 422;
  code = 'request.invalid';

  constructor(errors: readonly FieldError[], message = 'The request has invalid fields.') {
    super(message, { errors });
  }
}

/** 429. */
export class TooManyRequests extends DomainError {
  readonly status = 429;
  code = 'request.rate_limited';

  constructor(retryAfterSeconds: number, message = 'Too many requests.') {
    super(message, { headers: { 'retry-after': String(Math.max(1, Math.ceil(retryAfterSeconds))) } });
  }
}

/** 503: a store or a queue cannot take the request now. */
export class Unavailable extends DomainError {
  readonly status = 503;
  code = 'service.unavailable';

  constructor(message = 'The service cannot answer this right now.', options: DomainErrorOptions = {}) {
    super(message, { ...options, headers: { 'retry-after': '1', ...options.headers } });
  }
}
