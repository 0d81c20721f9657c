import { Module } from '@nestjs/common';

import { DeadLettersController } from './dead-letters.controller.js';
import { DeadLettersService } from './dead-letters.service.js';

/** Outbox and spool for operators. What it asks is offered by FlowsModule everywhere. */
@Module({ controllers: [DeadLettersController], providers: [DeadLettersService] })
export class DeadLettersModule {}
