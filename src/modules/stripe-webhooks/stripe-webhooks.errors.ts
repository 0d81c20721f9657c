import { Malformed } from '../../common/errors/kinds.js';

export class StripeSignatureInvalid extends Malformed {
  override code = 'stripe_webhooks.signature_invalid';
}

/** Stripe has signed it, but it is no event. A repetition would not help. */
export class StripeEventMalformed extends Malformed {
  override code = 'stripe_webhooks.event_malformed';

  constructor() {
    super('The body is not an event as Stripe describes it.');
  }
}
