import { Module } from '@nestjs/common';

import { ReconciliationModule } from '../../flows/reconciliation/reconciliation.module.js';
import { AccountEmailsReadModel } from './account-emails.pg.read-model.js';
import { Ledger } from './ledger.js';
import { LedgerAudit } from './ledger-audit.pg.read-model.js';
import { LedgerCheck } from './ledger.check.js';
import { TransactionSummaryReadModel } from './transaction-summary.pg.read-model.js';
import { TransactionsController } from './transactions.controller.js';
import { TransactionsRepository } from './transactions.pg.repository.js';
import { TransactionsService } from './transactions.service.js';

@Module({
  imports: [ReconciliationModule],
  controllers: [TransactionsController],
  providers: [
    AccountEmailsReadModel,
    Ledger,
    LedgerAudit,
    LedgerCheck,
    TransactionSummaryReadModel,
    TransactionsRepository,
    TransactionsService,
  ],
  exports: [Ledger, LedgerCheck, TransactionSummaryReadModel, TransactionsService],
})
export class TransactionsModule {}
