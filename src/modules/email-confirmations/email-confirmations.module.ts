import { Module } from '@nestjs/common';

import { EmailConfirmationsController } from './email-confirmations.controller.js';
import { EmailConfirmationsRepository } from './email-confirmations.pg.repository.js';
import { EmailConfirmationsService } from './email-confirmations.service.js';

@Module({
  controllers: [EmailConfirmationsController],
  providers: [EmailConfirmationsRepository, EmailConfirmationsService],
})
export class EmailConfirmationsModule {}
