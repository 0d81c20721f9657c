import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';

import { DocumentIdempotencyInterceptor } from './documents/document-idempotency.interceptor.js';
import { ForgetRecords } from './documents/forget-records.job.js';
import { IdempotencyRecords } from './documents/idempotency-records.mongo.repository.js';
import { IdempotentDocuments } from './documents/idempotent-documents.service.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { IdempotencyKeysRepository } from './idempotency-keys.pg.repository.js';

@Module({
  providers: [
    ForgetRecords,
    IdempotencyKeysRepository,
    IdempotencyRecords,
    IdempotentDocuments,
    { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
    { provide: APP_INTERCEPTOR, useClass: DocumentIdempotencyInterceptor },
  ],
  exports: [IdempotentDocuments],
})
export class IdempotencyModule {}
