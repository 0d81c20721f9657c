import type { Money } from '../../common/money/money.js';

/** A line of the ledger, which never changes. A reversal corrects a wrong one. */
export interface Transaction {
  /** An integer, as in S2. */
  id: number;
  organizationId: string;
  /** An account of ours, or any text of the client's own. */
  userId: string;
  amount: Money;
  transactionType: string;
  metadata: Readonly<Record<string, unknown>>;
  /** The transaction that this one reverses. */
  reversalOf: number | null;
  createdAt: Date;
}

/** With the transaction that reverses it, if there is one. */
export interface ShownTransaction extends Transaction {
  reversedBy: number | null;
}

export type NewTransaction = Omit<Transaction, 'id' | 'createdAt'>;

/** The `transaction_type` of a reversal. */
export const REVERSAL_TYPE = 'reversal';
