import { Injectable } from '@nestjs/common';

import { StripeEventCounters } from '../../modules/stripe-webhooks/stripe-event-counters.js';
import { MetricsRegistry } from './metrics-registry.js';

/** The outcomes of the events that Stripe has sent to this process. */
@Injectable()
export class StripeMetrics {
  constructor(metrics: MetricsRegistry, counters: StripeEventCounters) {
    metrics.counter(
      'triptych_stripe_events_total',
      'Events of Stripe that this process was sent, by what became of them.',
      ['outcome'],
      () => counters.all.map(([outcome, value]) => ({ labels: { outcome }, value })),
    );
  }
}
