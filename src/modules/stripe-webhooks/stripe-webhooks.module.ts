import { Module } from '@nestjs/common';

import { PlansModule } from '../plans/plans.module.js';
import { SubscriptionsModule } from '../subscriptions/subscriptions.module.js';
import { StripeCustomersRepository } from './stripe-customers.pg.repository.js';
import { StripeEventCounters } from './stripe-event-counters.js';
import { StripeEventsRepository } from './stripe-events.pg.repository.js';
import { StripeOwnersReadModel } from './stripe-owners.pg.read-model.js';
import { StripeSignatures } from './stripe-signatures.js';
import { StripeSynchronization } from './stripe-synchronization.js';
import { StripeWebhooksController } from './stripe-webhooks.controller.js';
import { StripeWebhooksEraser } from './stripe-webhooks.eraser.js';
import { StripeWebhooksService } from './stripe-webhooks.service.js';
import { UnappliedEventsJob } from './unapplied-events.job.js';

@Module({
  imports: [PlansModule, SubscriptionsModule],
  controllers: [StripeWebhooksController],
  providers: [
    StripeCustomersRepository,
    StripeEventCounters,
    StripeEventsRepository,
    StripeOwnersReadModel,
    StripeSignatures,
    StripeSynchronization,
    StripeWebhooksEraser,
    StripeWebhooksService,
    UnappliedEventsJob,
  ],
  exports: [StripeEventCounters, StripeWebhooksEraser],
})
export class StripeWebhooksModule {}
