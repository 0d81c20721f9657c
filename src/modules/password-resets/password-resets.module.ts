import { Module } from '@nestjs/common';

import { SessionsModule } from '../sessions/sessions.module.js';
import { PasswordResetsController } from './password-resets.controller.js';
import { PasswordResetsRepository } from './password-resets.pg.repository.js';
import { PasswordResetsService } from './password-resets.service.js';

@Module({
  imports: [SessionsModule],
  controllers: [PasswordResetsController],
  providers: [PasswordResetsRepository, PasswordResetsService],
})
export class PasswordResetsModule {}
