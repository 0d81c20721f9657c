import { Module } from '@nestjs/common';

import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { FocusLateTicks } from './focus-late-ticks.job.js';
import { FocusSessionExpiry } from './focus-session-expiry.job.js';
import { FocusSessionMovesController } from './focus-session-moves.controller.js';
import { FocusSessionsController } from './focus-sessions.controller.js';
import { FocusSessionsDemo } from './focus-sessions.demo.js';
import { FocusSessionsRepository } from './focus-sessions.mongo.repository.js';
import { FocusSessionsService } from './focus-sessions.service.js';
import { FocusTicks } from './focus-ticks.service.js';
import { PastFocusSessions } from './past-focus-sessions.service.js';

@Module({
  imports: [IdempotencyModule],
  controllers: [FocusSessionsController, FocusSessionMovesController],
  providers: [
    FocusLateTicks,
    FocusSessionExpiry,
    FocusSessionsDemo,
    FocusSessionsRepository,
    FocusSessionsService,
    FocusTicks,
    PastFocusSessions,
  ],
  exports: [FocusSessionsDemo, FocusSessionsService, PastFocusSessions],
})
export class FocusSessionsModule {}
