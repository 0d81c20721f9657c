import type { Feature } from '../../feature.js';
import { StripeWebhooksEraser } from './stripe-webhooks.eraser.js';
import { StripeWebhooksModule } from './stripe-webhooks.module.js';

export const stripeWebhooks: Feature = {
  name: 'stripe-webhooks',
  about: 'What Stripe tells of customers and their subscriptions.',
  module: StripeWebhooksModule,
  resources: [],
  erasers: [StripeWebhooksEraser],
};
