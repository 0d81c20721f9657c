import { Conflict, NotFound } from '../../common/errors/kinds.js';
import { DomainError } from '../../common/errors/domain-error.js';

export const MAX_EXPORTS = 50;

export class TooManyExports extends Conflict {
  readonly code = 'exports.too_many';

  constructor() {
    super(`A person has ${MAX_EXPORTS} exports at the most; each is removed after seven days.`);
  }
}

export class ExportNotReady extends Conflict {
  readonly code = 'exports.not_ready';

  constructor() {
    super('The export is not completed. Ask for its state until it is.', { headers: { 'retry-after': '1' } });
  }
}

export class ExportNotFound extends NotFound {
  constructor() {
    super('There is no such export.');
  }
}

/** 416 (RFC 9110, section 15.5.17). */
export class RangeNotSatisfiable extends DomainError {
  readonly status = 416;
  readonly code = 'request.range_not_satisfiable';

  constructor(size: number) {
    super('The range begins beyond the end of the file.', {
      headers: { 'content-range': `bytes */${size}` },
    });
  }
}
