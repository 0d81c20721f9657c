import { Injectable, Logger } from '@nestjs/common';

import { type PeriodicJob, ScheduledJob } from '../../flows/scheduler/scheduled-job.js';
import { StripeCustomersRepository } from './stripe-customers.pg.repository.js';
import { StripeWebhooksService } from './stripe-webhooks.service.js';

/** Newest first, so that a customer that never becomes known does not delay others. */
const CUSTOMERS_OF_A_RUN = 200;

/** Applies stored events once the account has joined its organisation or the plan was added. */
@Injectable()
@ScheduledJob()
export class UnappliedEventsJob implements PeriodicJob {
  private readonly logger = new Logger(UnappliedEventsJob.name);
  readonly kind = 'periodic';
  readonly name = 'stripe-webhooks.unapplied';
  readonly everyMs = 60_000;

  constructor(
    private readonly customers: StripeCustomersRepository,
    private readonly webhooks: StripeWebhooksService,
  ) {}

  async run({ signal }: { signal: AbortSignal }): Promise<void> {
    let applied = 0;
    for (const customerId of await this.customers.unapplied(CUSTOMERS_OF_A_RUN)) {
      if (signal.aborted) break;
      if (await this.webhooks.retry(customerId)) applied += 1;
    }
    if (applied > 0)
      this.logger.log(`Events of ${applied} customers at Stripe, which were kept, are applied`);
  }
}
