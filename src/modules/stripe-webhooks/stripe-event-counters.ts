import { Injectable } from '@nestjs/common';

/**
 * `applied`; `kept`: until its customer or plan exists; `repeated`: its id is known; `ignored`: its type, or its
 * object, has no meaning here.
 */
export const STRIPE_OUTCOMES = ['applied', 'kept', 'repeated', 'ignored'] as const;
export type StripeOutcome = (typeof STRIPE_OUTCOMES)[number];

/** The outcomes of the events that this process has received since its start. */
@Injectable()
export class StripeEventCounters {
  private readonly counts = new Map<StripeOutcome, number>(STRIPE_OUTCOMES.map((outcome) => [outcome, 0]));

  add(outcome: StripeOutcome): void {
    this.counts.set(outcome, (this.counts.get(outcome) ?? 0) + 1);
  }

  get all(): readonly (readonly [StripeOutcome, number])[] {
    return [...this.counts];
  }
}
