import { Injectable } from '@nestjs/common';

import type { Principal } from '../../common/http/principal.js';
import type { AccountEraser, Erased } from '../../flows/erasure/account-eraser.js';
import type { Tx } from '../../stores/postgres/postgres.js';
import { StripeCustomersRepository } from './stripe-customers.pg.repository.js';
import { StripeEventsRepository } from './stripe-events.pg.repository.js';

/**
 * Deletes the events of an account's customers with the account. The rows in `stripe_customers` are deleted by their
 * foreign key.
 */
@Injectable()
export class StripeWebhooksEraser implements AccountEraser {
  constructor(
    private readonly customers: StripeCustomersRepository,
    private readonly events: StripeEventsRepository,
  ) {}

  async erase(tx: Tx, _actor: Principal, userId: string): Promise<Erased> {
    for (const customerId of await this.customers.idsOf(tx, userId))
      await this.events.deleteOf(tx, customerId);
    return { tags: [], events: [] };
  }
}
