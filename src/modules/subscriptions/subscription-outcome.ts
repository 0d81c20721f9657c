import type { SubscriptionCourse } from './subscription.js';
import type { SubscriptionEvent } from './subscriptions.events.js';

/** What a request makes of a subscription. Null: it is so already, and nothing is written. */
export type Outcome = { course: SubscriptionCourse; event: SubscriptionEvent } | null;
