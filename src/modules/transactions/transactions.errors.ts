import { Conflict } from '../../common/errors/kinds.js';

export class TransactionAlreadyReversed extends Conflict {
  readonly code = 'transactions.already_reversed';

  constructor() {
    super('The transaction is reversed already.');
  }
}

/** What a reversal took back is added again as a new transaction, which says why. */
export class ReversalIsFinal extends Conflict {
  readonly code = 'transactions.is_reversal';

  constructor() {
    super('A reversal cannot be reversed. Add a new transaction.');
  }
}
