import { periodAt, periodStart } from './billing-period.js';
import type { SubscriptionCourse, SubscriptionTerms } from './subscription.js';
import { canceledAt } from './subscription-course.js';
import { nextStatus, type Transition } from './subscription-state.js';

/** One due step, and the subscription after it. */
export interface DueStep {
  transition: Extract<Transition, 'end_trial' | 'renew' | 'reach_cancel'>;
  /** When it was due, however late it is carried out. */
  at: Date;
  after: SubscriptionCourse;
}

/**
 * Everything that is due until `now`, in order: the end of a trial, of periods, a scheduled cancellation. `terms`: the
 * terms of the next period, those of the pending plan if there is one. Periods follow each other without a gap,
 * however late this runs.
 */
export function dueSteps(course: SubscriptionCourse, terms: SubscriptionTerms, now: Date): DueStep[] {
  const steps: DueStep[] = [];
  let current = course;
  while (current.currentPeriodEnd <= now) {
    const step = dueStep(current, terms);
    if (!step) break;
    steps.push(step);
    current = step.after;
  }
  return steps;
}

function dueStep(course: SubscriptionCourse, terms: SubscriptionTerms): DueStep | null {
  const at = course.currentPeriodEnd;
  const transition = dueTransition(course);
  const status = nextStatus(course.status, transition);
  if (!status) return null;
  if (transition === 'reach_cancel') return { transition, at, after: canceledAt(course, at) };
  // The end of a trial, or another interval, starts the periods anew.
  const isRestart = transition === 'end_trial' || terms.interval !== course.interval;
  const anchor = isRestart ? at : course.anchor;
  const period = isRestart
    ? { start: at, end: periodStart(at, terms.interval, 1) }
    : periodAt(anchor, terms.interval, at);
  return {
    transition,
    at,
    after: {
      ...course,
      ...terms,
      status,
      anchor,
      currentPeriodStart: period.start,
      currentPeriodEnd: period.end,
      pendingPlanId: null,
      pendingPlanCode: null,
    },
  };
}

function dueTransition({ cancelAtPeriodEnd, status }: SubscriptionCourse): DueStep['transition'] {
  if (cancelAtPeriodEnd) return 'reach_cancel';
  return status === 'trialing' ? 'end_trial' : 'renew';
}
