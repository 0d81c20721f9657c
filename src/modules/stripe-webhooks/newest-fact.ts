import type { StripeFact } from './stripe-fact.js';

/**
 * The last of several events of one object, whatever the order in which they arrived, because the result depends only
 * on the set. Stripe's times are seconds. Within one second a creation is the first event and an end the last. Between
 * two others, the later one contains the values of the earlier one in `previous_attributes`. Null for no events.
 */
export function newestFact(facts: readonly StripeFact[]): StripeFact | null {
  const second = Math.max(...facts.map(({ createdAt }) => createdAt));
  const ofSecond = facts.filter(({ createdAt }) => createdAt === second);
  const rank = Math.max(...ofSecond.map(rankOf));
  const candidates = ofSecond.filter((fact) => rankOf(fact) === rank);
  const unfollowed = candidates.filter(
    (fact) => !candidates.some((other) => follows(other, fact) && !follows(fact, other)),
  );
  return (unfollowed.length > 0 ? unfollowed : candidates).toSorted(byEventId).at(-1) ?? null;
}

function rankOf({ phase, subscription }: StripeFact): number {
  if (phase === 'deleted') return 3;
  if (subscription?.status === 'canceled') return 2;
  return phase === 'created' ? 0 : 1;
}

/** Whether `later` changed values that `earlier` had set. An event that changed no known field follows none. */
function follows(later: StripeFact, earlier: StripeFact): boolean {
  const changed = Object.entries(later.before);
  return changed.length > 0 && changed.every(([name, value]) => earlier.after[name] === value);
}

/** Only to make the result deterministic, because Stripe promises no order of ids. */
const byEventId = (a: StripeFact, b: StripeFact): number =>
  a.eventId.length - b.eventId.length || (a.eventId < b.eventId ? -1 : 1);
