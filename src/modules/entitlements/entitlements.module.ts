import { Module } from '@nestjs/common';

import { EntitlementsController } from './entitlements.controller.js';
import { EntitlementsReadModel } from './entitlements.pg.read-model.js';
import { EntitlementsService } from './entitlements.service.js';
import { EntryCountsRepository } from './entry-counts.pg.repository.js';
import { EntryLimit } from './entry-limit.js';

@Module({
  controllers: [EntitlementsController],
  providers: [EntitlementsReadModel, EntitlementsService, EntryCountsRepository, EntryLimit],
  exports: [EntitlementsService, EntryLimit],
})
export class EntitlementsModule {}
