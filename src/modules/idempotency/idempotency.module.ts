import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';

import { AccountTextsReadModel } from './account-texts.pg.read-model.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { IdempotencyKeysRepository } from './idempotency-keys.pg.repository.js';
import { Mentions } from './mentions.js';
import { RequestFingerprint } from './request-fingerprint.js';
import { StoredAnswersEraser } from './stored-answers.eraser.js';

@Module({
  providers: [
    AccountTextsReadModel,
    IdempotencyKeysRepository,
    Mentions,
    RequestFingerprint,
    StoredAnswersEraser,
    { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
  ],
  exports: [StoredAnswersEraser],
})
export class IdempotencyModule {}
