import { Malformed } from '../../common/errors/kinds.js';

export class StripeSignatureInvalid extends Malformed {
  override code = 'stripe_webhooks.signature_invalid';
}

/** Signed by Stripe, and yet no event: nothing that a repetition would mend. */
export class StripeEventMalformed extends Malformed {
  override code = 'stripe_webhooks.event_malformed';

  constructor() {
    super('The body is not an event as Stripe describes it.');
  }
}
