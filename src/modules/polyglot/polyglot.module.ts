import { Module } from '@nestjs/common';

import { ReconciliationModule } from '../../flows/reconciliation/reconciliation.module.js';
import { DocumentsModule } from '../documents/documents.module.js';
import { TransactionsModule } from '../transactions/transactions.module.js';
import { LayerEight } from './layer-eight.service.js';
import { LayerEightAnswersCheck } from './layer-eight-answers.check.js';
import { LayerEightAnswers } from './layer-eight-answers.js';
import { LayerEightStats } from './layer-eight-stats.service.js';
import { PolyglotController } from './polyglot.controller.js';

@Module({
  imports: [DocumentsModule, ReconciliationModule, TransactionsModule],
  controllers: [PolyglotController],
  providers: [LayerEight, LayerEightAnswers, LayerEightAnswersCheck, LayerEightStats],
  exports: [LayerEightAnswersCheck],
})
export class PolyglotModule {}
