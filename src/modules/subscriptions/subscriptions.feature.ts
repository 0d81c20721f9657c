import type { Feature } from '../../feature.js';
import { SubscriptionsCheck } from './subscriptions.check.js';
import { SubscriptionsEraser } from './subscriptions.eraser.js';
import { SUBSCRIPTION_EVENTS } from './subscriptions.events.js';
import { SubscriptionsModule } from './subscriptions.module.js';

export const subscriptions: Feature = {
  name: 'subscriptions',
  about: 'Which plan an account has in an organisation, and what becomes of it.',
  module: SubscriptionsModule,
  events: SUBSCRIPTION_EVENTS,
  checks: [SubscriptionsCheck],
  erasers: [SubscriptionsEraser],
};
