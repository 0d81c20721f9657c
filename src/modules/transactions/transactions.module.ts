import { Module } from '@nestjs/common';

import { AccountEmailsReadModel } from './account-emails.pg.read-model.js';
import { Ledger } from './ledger.js';
import { TransactionSummaryReadModel } from './transaction-summary.pg.read-model.js';
import { TransactionsController } from './transactions.controller.js';
import { TransactionsRepository } from './transactions.pg.repository.js';
import { TransactionsService } from './transactions.service.js';

@Module({
  controllers: [TransactionsController],
  providers: [
    AccountEmailsReadModel,
    Ledger,
    TransactionSummaryReadModel,
    TransactionsRepository,
    TransactionsService,
  ],
  exports: [Ledger, TransactionSummaryReadModel, TransactionsService],
})
export class TransactionsModule {}
