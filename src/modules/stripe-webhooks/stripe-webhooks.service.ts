import { Injectable } from '@nestjs/common';

import { Postgres } from '../../stores/postgres/postgres.js';
import { factOf, stripeEvent } from './stripe-event.js';
import { StripeEventCounters, type StripeOutcome } from './stripe-event-counters.js';
import { StripeEventsRepository } from './stripe-events.pg.repository.js';
import type { StripeFact } from './stripe-fact.js';
import { StripeSynchronization } from './stripe-synchronization.js';
import { StripeSignatures } from './stripe-signatures.js';
import { StripeEventMalformed } from './stripe-webhooks.errors.js';

/** Receives Stripe's events. */
@Injectable()
export class StripeWebhooksService {
  constructor(
    private readonly postgres: Postgres,
    private readonly signatures: StripeSignatures,
    private readonly events: StripeEventsRepository,
    private readonly synchronization: StripeSynchronization,
    private readonly counters: StripeEventCounters,
  ) {}

  /**
   * Returns once the event and its effect are durable, or if it has none. Throws `StripeSignatureInvalid`,
   * `StripeEventMalformed`, and the error of a store that is away. In that case Stripe sends the event again.
   */
  async receive(body: Buffer, signature: string | undefined): Promise<StripeOutcome> {
    await this.signatures.assertSigned(body, signature);
    const event = stripeEvent.safeParse(parsedJson(body));
    if (!event.success) throw new StripeEventMalformed();
    const fact = factOf(event.data);
    const outcome = fact ? await this.record(fact) : 'ignored';
    this.counters.add(outcome);
    return outcome;
  }

  /** Applies the stored events of a customer, because the customer or the plan may exist by now. */
  retry(customerId: string): Promise<boolean> {
    return this.postgres.transaction(async (tx) => {
      await this.events.lockCustomer(tx, customerId);
      return this.synchronization.apply(tx, customerId);
    });
  }

  private record(fact: StripeFact): Promise<StripeOutcome> {
    return this.postgres.transaction(async (tx) => {
      await this.events.lockCustomer(tx, fact.customerId);
      if (!(await this.events.insert(tx, fact))) return 'repeated';
      return (await this.synchronization.apply(tx, fact.customerId)) ? 'applied' : 'kept';
    });
  }
}

function parsedJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) throw new StripeEventMalformed();
    throw error;
  }
}
