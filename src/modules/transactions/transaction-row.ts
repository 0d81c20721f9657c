import { Money } from '../../common/money/money.js';
import type { Transaction } from './transaction.js';

/** A row of `transactions` as a transaction. */
export const transactionOf = ({
  amount,
  currency,
  ...row
}: Omit<Transaction, 'amount'> & { amount: string; currency: string }): Transaction => ({
  ...row,
  amount: Money.ofDecimal(amount, currency),
});
