import { DomainError } from '../common/errors/domain-error.js';

/**
 * A statement was cancelled because it took too long, so that a few slow ones do not occupy every connection. Not
 * `Unavailable`, because the same statement would take as long again.
 */
export class StatementTooSlow extends DomainError {
  readonly status = 503;
  code = 'service.statement_too_slow';

  constructor(cause: unknown) {
    super('A query of this request took too long and was ended (statement timeout). Ask for less.', {
      cause,
      headers: { 'retry-after': '5' },
    });
  }
}
