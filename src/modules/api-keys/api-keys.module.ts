import { Module } from '@nestjs/common';

import { ApiKeysEraser } from './api-keys.eraser.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysRepository } from './api-keys.pg.repository.js';
import { ApiKeysService } from './api-keys.service.js';

@Module({
  controllers: [ApiKeysController],
  providers: [ApiKeysEraser, ApiKeysRepository, ApiKeysService],
  exports: [ApiKeysEraser, ApiKeysService],
})
export class ApiKeysModule {}
