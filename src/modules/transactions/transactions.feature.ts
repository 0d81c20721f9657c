import type { Feature } from '../../feature.js';
import { LedgerCheck } from './ledger.check.js';
import { TransactionsModule } from './transactions.module.js';

export const transactions: Feature = {
  name: 'transactions',
  about: 'An exact ledger: what is added is never changed, only taken back.',
  module: TransactionsModule,
  events: ['transaction.created'],
  checks: [LedgerCheck],
};
