import type { ShownTransaction } from './transaction.js';
import type { TransactionResponse } from './transactions.dto.js';

export const toTransactionResponse = (transaction: ShownTransaction): TransactionResponse => ({
  id: transaction.id,
  user_id: transaction.userId,
  amount: transaction.amount.toString(),
  currency: transaction.amount.currency,
  transaction_type: transaction.transactionType,
  metadata: { ...transaction.metadata },
  reversal_of: transaction.reversalOf,
  reversed_by: transaction.reversedBy,
  created_at: transaction.createdAt.toISOString(),
});
