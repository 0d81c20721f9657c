export const SUBSCRIPTION_STATUSES = [
  'trialing',
  'active',
  'past_due',
  'paused',
  'canceled',
  'incomplete',
] as const;
export type SubscriptionStatus = (typeof SUBSCRIPTION_STATUSES)[number];

/** The transitions that a caller may request, and those that time causes. */
export type Transition =
  'change' | 'cancel' | 'schedule_cancel' | 'pause' | 'resume' | 'end_trial' | 'renew' | 'reach_cancel';

type Table = Readonly<Record<Transition, Partial<Record<SubscriptionStatus, SubscriptionStatus>>>>;

/** The next state for each transition from each state. A missing one is illegal. Only Stripe sets `incomplete`. */
const NEXT: Table = {
  change: { trialing: 'trialing', active: 'active', past_due: 'past_due' },
  cancel: {
    trialing: 'canceled',
    active: 'canceled',
    past_due: 'canceled',
    paused: 'canceled',
    incomplete: 'canceled',
  },
  schedule_cancel: { trialing: 'trialing', active: 'active', past_due: 'past_due', paused: 'paused' },
  pause: { active: 'paused' },
  resume: { paused: 'active' },
  end_trial: { trialing: 'active' },
  renew: { active: 'active', past_due: 'past_due', paused: 'paused' },
  reach_cancel: { trialing: 'canceled', active: 'canceled', past_due: 'canceled', paused: 'canceled' },
};

/** The state after a transition. Null if it is illegal. */
export const nextStatus = (from: SubscriptionStatus, transition: Transition): SubscriptionStatus | null =>
  NEXT[transition][from] ?? null;

/** `resume` undoes a pause and a scheduled cancellation, whichever exists. Null if neither exists. */
export const resumedStatus = (from: SubscriptionStatus, isToCancel: boolean): SubscriptionStatus | null =>
  nextStatus(from, 'resume') ?? (isToCancel ? nextStatus(from, 'schedule_cancel') : null);

/** Whether it counts as its user's one subscription in the organisation. */
export const isLive = (status: SubscriptionStatus): boolean => status !== 'canceled';

/** The states in which the plan's limits apply. A late payment does not remove them. */
export const ENTITLED_STATUSES: readonly SubscriptionStatus[] = ['trialing', 'active', 'past_due'];
