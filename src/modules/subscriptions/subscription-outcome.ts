import type { SubscriptionCourse } from './subscription.js';
import type { SubscriptionEvent } from './subscriptions.events.js';

/** The result of a request on a subscription. Null: nothing changes, and nothing is written. */
export type Outcome = { course: SubscriptionCourse; event: SubscriptionEvent } | null;
