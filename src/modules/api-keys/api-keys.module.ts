import { Module } from '@nestjs/common';

import { ApiKeyChanges } from './api-key-changes.service.js';
import { ApiKeySecretsRepository } from './api-key-secrets.pg.repository.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysDemo } from './api-keys.demo.js';
import { ApiKeysEraser } from './api-keys.eraser.js';
import { ApiKeysRepository } from './api-keys.pg.repository.js';
import { ApiKeysService } from './api-keys.service.js';
import { KeyBounds } from './key-bounds.js';
import { KeyCreditsRepository } from './key-credits.pg.repository.js';
import { KeyCredits } from './key-credits.service.js';
import { StoredApiKeys } from './stored-api-keys.js';

@Module({
  controllers: [ApiKeysController],
  providers: [
    ApiKeyChanges,
    ApiKeySecretsRepository,
    ApiKeysDemo,
    ApiKeysEraser,
    ApiKeysRepository,
    ApiKeysService,
    KeyBounds,
    KeyCredits,
    KeyCreditsRepository,
    StoredApiKeys,
  ],
  exports: [ApiKeysDemo, ApiKeysEraser, ApiKeysService, KeyCredits],
})
export class ApiKeysModule {}
