import { Module } from '@nestjs/common';

import { SessionsController } from './sessions.controller.js';
import { SessionsRepository } from './sessions.pg.repository.js';
import { SessionsService } from './sessions.service.js';

@Module({
  controllers: [SessionsController],
  providers: [SessionsRepository, SessionsService],
  exports: [SessionsService],
})
export class SessionsModule {}
