import { Malformed } from '../../common/errors/kinds.js';

/** 400: the range is too large for one answer. */
export class RangeTooLarge extends Malformed {
  override code = 'analytics.range_too_large';

  constructor(message: string) {
    super(message, { errors: [{ path: 'from', code: 'range_too_large', message }] });
  }
}

export class EmptyRange extends Malformed {
  override code = 'analytics.empty_range';

  constructor() {
    const message = '`from` must be before `to`.';
    super(message, { errors: [{ path: 'from', code: 'empty_range', message }] });
  }
}
