import type { Money } from '../../common/money/money.js';

/** A line of the ledger. Never changed: what was wrong is taken back by a reversal. */
export interface Transaction {
  /** An integer, as S2 has it. */
  id: number;
  organizationId: string;
  /** An account of ours, or any text of the client's own. */
  userId: string;
  amount: Money;
  transactionType: string;
  metadata: Readonly<Record<string, unknown>>;
  /** The transaction that this one takes back. */
  reversalOf: number | null;
  createdAt: Date;
}

/** With the transaction that takes it back, where there is one. */
export interface ShownTransaction extends Transaction {
  reversedBy: number | null;
}

export type NewTransaction = Omit<Transaction, 'id' | 'createdAt'>;

/** The `transaction_type` of a reversal. */
export const REVERSAL_TYPE = 'reversal';
