import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';

import { AccountTextsReadModel } from './account-texts.pg.read-model.js';
import { DocumentIdempotencyInterceptor } from './documents/document-idempotency.interceptor.js';
import { ForgetRecords } from './documents/forget-records.job.js';
import { IdempotencyRecords } from './documents/idempotency-records.mongo.repository.js';
import { IdempotentDocuments } from './documents/idempotent-documents.service.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { IdempotencyKeysRepository } from './idempotency-keys.pg.repository.js';
import { Mentions } from './mentions.js';
import { RequestFingerprint } from './request-fingerprint.js';
import { StoredAnswersEraser } from './stored-answers.eraser.js';

@Module({
  providers: [
    AccountTextsReadModel,
    ForgetRecords,
    IdempotencyKeysRepository,
    IdempotencyRecords,
    IdempotentDocuments,
    Mentions,
    RequestFingerprint,
    StoredAnswersEraser,
    { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
    { provide: APP_INTERCEPTOR, useClass: DocumentIdempotencyInterceptor },
  ],
  exports: [IdempotentDocuments, StoredAnswersEraser],
})
export class IdempotencyModule {}
