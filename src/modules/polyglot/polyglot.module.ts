import { Module } from '@nestjs/common';

import { DocumentsModule } from '../documents/documents.module.js';
import { TransactionsModule } from '../transactions/transactions.module.js';
import { LayerEight } from './layer-eight.service.js';
import { LayerEightStats } from './layer-eight-stats.service.js';
import { PolyglotController } from './polyglot.controller.js';

@Module({
  imports: [DocumentsModule, TransactionsModule],
  controllers: [PolyglotController],
  providers: [LayerEight, LayerEightStats],
})
export class PolyglotModule {}
