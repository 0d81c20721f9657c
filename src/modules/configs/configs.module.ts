import { Module } from '@nestjs/common';

import { ConfigChecksumsCheck } from './config-checksums.check.js';
import { ConfigIntegrity } from './config-integrity.js';
import { ConfigsController } from './configs.controller.js';
import { ConfigsDemo } from './configs.demo.js';
import { ConfigsRepository } from './configs.pg.repository.js';
import { ConfigsService } from './configs.service.js';
import { StoredVersions } from './stored-versions.pg.read-model.js';

@Module({
  controllers: [ConfigsController],
  providers: [
    ConfigChecksumsCheck,
    ConfigIntegrity,
    ConfigsDemo,
    ConfigsRepository,
    ConfigsService,
    StoredVersions,
  ],
  exports: [ConfigChecksumsCheck, ConfigIntegrity, ConfigsDemo],
})
export class ConfigsModule {}
