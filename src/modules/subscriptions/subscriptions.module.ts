import { Module } from '@nestjs/common';

import { PlansModule } from '../plans/plans.module.js';
import { TransactionsModule } from '../transactions/transactions.module.js';
import { DueSubscriptions } from './due-subscriptions.js';
import { PlanChanges } from './plan-changes.js';
import { SubscriptionChangesService } from './subscription-changes.service.js';
import { SubscriptionDueJob } from './subscription-due.job.js';
import { SubscriptionSchedule } from './subscription-schedule.js';
import { SubscriptionsController } from './subscriptions.controller.js';
import { SubscriptionsEraser } from './subscriptions.eraser.js';
import { SubscriptionsRepository } from './subscriptions.pg.repository.js';
import { SubscriptionsService } from './subscriptions.service.js';
import { SynchronizedSubscriptions } from './synchronized-subscriptions.js';

@Module({
  imports: [PlansModule, TransactionsModule],
  controllers: [SubscriptionsController],
  providers: [
    DueSubscriptions,
    SubscriptionDueJob,
    SubscriptionSchedule,
    SynchronizedSubscriptions,
    PlanChanges,
    SubscriptionChangesService,
    SubscriptionsEraser,
    SubscriptionsRepository,
    SubscriptionsService,
  ],
  exports: [SubscriptionsEraser, SubscriptionsService, SynchronizedSubscriptions],
})
export class SubscriptionsModule {}
