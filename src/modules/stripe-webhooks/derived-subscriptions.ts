import { isLive } from '../subscriptions/subscription-state.js';
import { newestFact } from './newest-fact.js';
import type { CustomerHints, StripeFact, StripeSubscriptionFields } from './stripe-fact.js';

/** A subscription at Stripe, as it follows from all known events. */
export interface DerivedSubscription extends StripeSubscriptionFields {
  startedAt: number;
  subscriptionId: string;
  customerId: string;
  /** The plan in the newest event that names one of ours. Null if none does. */
  planCode: string | null;
  /**
   * Whether it is the one that counts in this service, in which an account has one live subscription in an
   * organisation.
   */
  isRuling: boolean;
}

/**
 * The subscriptions that follow from the known events of an account's customers. A pure function of the set of events,
 * so neither their order nor their repetition matters. The ruling subscription comes last.
 */
export function derivedSubscriptions(
  facts: readonly StripeFact[],
  isPlan: (code: string) => boolean,
): DerivedSubscription[] {
  const ofSubscriptions = facts.filter(({ subscription }) => subscription !== null);
  const derived = [...Map.groupBy(ofSubscriptions, ({ objectId }) => objectId).values()].flatMap(
    (ofOne) => derivedOf(ofOne, isPlan) ?? [],
  );
  return derived.toSorted(byPrecedence).map((one, at, all) => ({ ...one, isRuling: at === all.length - 1 }));
}

function derivedOf(
  facts: readonly StripeFact[],
  isPlan: (code: string) => boolean,
): DerivedSubscription | null {
  const newest = newestFact(facts);
  if (!newest?.subscription) return null;
  const planOf = ({ subscription }: StripeFact) => subscription?.planCodes.find(isPlan) ?? null;
  const naming = newestFact(facts.filter((fact) => planOf(fact) !== null));
  // A value that the newest event does not contain is taken from the newest event that does.
  const said = <Field extends keyof StripeSubscriptionFields>(field: Field) =>
    newestFact(facts.filter(({ subscription }) => (subscription?.[field] ?? null) !== null))?.subscription?.[
      field
    ] ?? null;
  return {
    ...newest.subscription,
    startedAt: said('startedAt') ?? newest.createdAt,
    periodStart: said('periodStart'),
    periodEnd: said('periodEnd'),
    anchor: said('anchor'),
    unitAmount: said('unitAmount'),
    currency: said('currency'),
    interval: said('interval'),
    canceledAt:
      newest.subscription.canceledAt ?? (newest.subscription.status === 'canceled' ? newest.createdAt : null),
    subscriptionId: newest.objectId,
    customerId: newest.customerId,
    planCode: naming && planOf(naming),
    isRuling: false,
  };
}

/** A live subscription before an ended one, then the newer one. */
const byPrecedence = (a: DerivedSubscription, b: DerivedSubscription): number =>
  Number(isLive(a.status)) - Number(isLive(b.status)) ||
  a.startedAt - b.startedAt ||
  (a.subscriptionId < b.subscriptionId ? -1 : 1);

/**
 * The account of a customer: according to the customer itself, otherwise according to its subscriptions and invoices.
 */
export function hintsOfCustomer(facts: readonly StripeFact[], customerId: string): CustomerHints[] {
  const ofIt = facts.filter((fact) => fact.customerId === customerId);
  const [own, others] = [
    ofIt.filter(({ objectId }) => objectId === customerId),
    ofIt.filter(({ objectId }) => objectId !== customerId),
  ];
  const newest = [newestFact(own), ...[...others].toSorted(newestFirst)];
  return newest.flatMap((fact) => fact?.hints ?? []);
}

const newestFirst = (a: StripeFact, b: StripeFact): number =>
  b.createdAt - a.createdAt || (a.eventId < b.eventId ? 1 : -1);
