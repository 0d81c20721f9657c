import { Conflict, Invalid } from '../../common/errors/kinds.js';
import type { SubscriptionStatus } from './subscription-state.js';

export class AlreadySubscribed extends Conflict {
  readonly code = 'subscriptions.already_subscribed';

  constructor() {
    super('This account has a subscription in the organisation. Change it, or cancel it first.');
  }
}

export class IllegalTransition extends Conflict {
  readonly code = 'subscriptions.illegal_transition';

  constructor(status: SubscriptionStatus, action: string) {
    super(`A subscription that is ${status} cannot ${action}.`);
  }
}

export class NothingToResume extends Conflict {
  readonly code = 'subscriptions.nothing_to_resume';

  constructor() {
    super('The subscription is neither paused nor going to be canceled.');
  }
}

/** Stripe would overwrite a change that is made here. */
export class ManagedByStripe extends Conflict {
  readonly code = 'subscriptions.managed_by_stripe';

  constructor() {
    super('Stripe decides the state of this subscription. Change it there.');
  }
}

/** A credit in one currency and a charge in another cannot be added. */
export class CurrencyDiffers extends Invalid {
  override code = 'subscriptions.currency_differs';

  constructor(from: string, to: string) {
    const message = `A subscription in ${from} cannot change to a plan in ${to}. Cancel it and subscribe anew.`;
    super([{ path: 'plan_code', code: 'currency_differs', message }], message);
  }
}
