export const SUBSCRIPTION_STATUSES = [
  'trialing',
  'active',
  'past_due',
  'paused',
  'canceled',
  'incomplete',
] as const;
export type SubscriptionStatus = (typeof SUBSCRIPTION_STATUSES)[number];

/** What a caller may ask for, and what time alone does. */
export type Transition =
  'change' | 'cancel' | 'schedule_cancel' | 'pause' | 'resume' | 'end_trial' | 'renew' | 'reach_cancel';

type Table = Readonly<Record<Transition, Partial<Record<SubscriptionStatus, SubscriptionStatus>>>>;

/** Where each transition leads from each state; what is not here is illegal. `incomplete` is entered through Stripe only. */
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

/** The state after a transition; null where it is illegal. */
export const nextStatus = (from: SubscriptionStatus, transition: Transition): SubscriptionStatus | null =>
  NEXT[transition][from] ?? null;

/** `resume` undoes a pause and a scheduled cancel, whichever there is. Null where there is neither. */
export const resumedStatus = (from: SubscriptionStatus, isToCancel: boolean): SubscriptionStatus | null =>
  nextStatus(from, 'resume') ?? (isToCancel ? nextStatus(from, 'schedule_cancel') : null);

/** Whether it counts as the one subscription that its user has in the organisation. */
export const isLive = (status: SubscriptionStatus): boolean => status !== 'canceled';

/** In which the plan's limits hold: a payment that is late does not take them away. */
export const ENTITLED_STATUSES: readonly SubscriptionStatus[] = ['trialing', 'active', 'past_due'];
