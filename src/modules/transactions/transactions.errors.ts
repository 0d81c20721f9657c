import { Conflict } from '../../common/errors/kinds.js';

export class TransactionAlreadyReversed extends Conflict {
  readonly code = 'transactions.already_reversed';

  constructor() {
    super('The transaction is reversed already.');
  }
}

/** To undo a reversal, add a new transaction that states the reason. */
export class ReversalIsFinal extends Conflict {
  readonly code = 'transactions.is_reversal';

  constructor() {
    super('A reversal cannot be reversed. Add a new transaction.');
  }
}
