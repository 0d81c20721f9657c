import { Module } from '@nestjs/common';

import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { DocumentCountsCheck } from './document-counts.check.js';
import { DocumentCounts } from './document-counts.mongo.repository.js';
import { DocumentsController } from './documents.controller.js';
import { DocumentsDemo } from './documents.demo.js';
import { DocumentsRepository } from './documents.mongo.repository.js';
import { DocumentsService } from './documents.service.js';

@Module({
  imports: [IdempotencyModule],
  controllers: [DocumentsController],
  providers: [DocumentCounts, DocumentCountsCheck, DocumentsDemo, DocumentsRepository, DocumentsService],
  exports: [DocumentCountsCheck, DocumentsDemo, DocumentsService],
})
export class DocumentsModule {}
