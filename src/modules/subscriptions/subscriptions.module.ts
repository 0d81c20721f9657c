import { Module } from '@nestjs/common';

import { ReconciliationModule } from '../../flows/reconciliation/reconciliation.module.js';
import { PlansModule } from '../plans/plans.module.js';
import { TransactionsModule } from '../transactions/transactions.module.js';
import { DueSubscriptions } from './due-subscriptions.js';
import { PlanChanges } from './plan-changes.js';
import { SubscriptionChangesService } from './subscription-changes.service.js';
import { SubscriptionAudit } from './subscription-audit.pg.read-model.js';
import { SubscriptionsCheck } from './subscriptions.check.js';
import { SubscriptionDueJob } from './subscription-due.job.js';
import { SubscriptionSchedule } from './subscription-schedule.js';
import { SubscriptionsController } from './subscriptions.controller.js';
import { SubscriptionsEraser } from './subscriptions.eraser.js';
import { SubscriptionsRepository } from './subscriptions.pg.repository.js';
import { SubscriptionsService } from './subscriptions.service.js';
import { SynchronizedSubscriptions } from './synchronized-subscriptions.js';

@Module({
  imports: [ReconciliationModule, PlansModule, TransactionsModule],
  controllers: [SubscriptionsController],
  providers: [
    DueSubscriptions,
    SubscriptionAudit,
    SubscriptionDueJob,
    SubscriptionsCheck,
    SubscriptionSchedule,
    SynchronizedSubscriptions,
    PlanChanges,
    SubscriptionChangesService,
    SubscriptionsEraser,
    SubscriptionsRepository,
    SubscriptionsService,
  ],
  exports: [SubscriptionsCheck, SubscriptionsEraser, SubscriptionsService, SynchronizedSubscriptions],
})
export class SubscriptionsModule {}
