import { Conflict, Invalid } from '../../common/errors/kinds.js';

/** MongoDB would not return the data equal. */
export class UnstorableData extends Invalid {
  override code = 'documents.unstorable';

  constructor(path: readonly (string | number)[], message: string) {
    super([{ path: ['data', ...path].join('.'), code: 'unstorable', message }]);
  }
}

export class TooManyWriters extends Conflict {
  code = 'documents.too_many_writers';

  constructor() {
    super('Other writers were faster every time. Try again.', { headers: { 'retry-after': '1' } });
  }
}
