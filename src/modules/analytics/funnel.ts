/** An event of a person in a funnel. */
export interface FunnelEvent {
  atMs: number;
  eventName: string;
}

/** The moments at which a person reached each step, as far as they got. */
type Passage = readonly number[];

/**
 * How far one person got: events in order, each used for one step, all within `windowMs` of the first. `events` are
 * those of the person, in the order of `(timestamp, arrival)`. Of several passages to a step, the first one counts.
 */
export function passageOf(
  events: readonly FunnelEvent[],
  steps: readonly string[],
  windowMs: number,
): Passage {
  // By step: the passage that reached the step and began last, because it has the most time left.
  const open: (Passage | undefined)[] = steps.map(() => undefined);
  let best: Passage = [];
  for (const { atMs, eventName } of events) {
    // From the last step on, so that one event is not used for two steps.
    for (let step = steps.length - 1; step >= 0; step -= 1) {
      if (steps[step] !== eventName) continue;
      const before: Passage | undefined = step === 0 ? [] : open[step - 1];
      if (!before || (before[0] !== undefined && atMs - before[0] > windowMs)) continue;
      const passage = [...before, atMs];
      open[step] = passage;
      if (passage.length > best.length) best = passage;
    }
  }
  return best;
}

export interface FunnelStep {
  eventName: string;
  /** How many persons reached this step. */
  count: number;
  /** The share of those who reached the first step. */
  conversion: number;
  /** The time from the step before to this one. */
  medianSeconds: number | null;
}

export function funnelOf(passages: readonly Passage[], steps: readonly string[]): FunnelStep[] {
  const began = passages.filter(({ length }) => length > 0).length;
  return steps.map((eventName, step) => {
    const came = passages.filter(({ length }) => length > step);
    const seconds = came.map((passage) => ((passage[step] ?? 0) - (passage[step - 1] ?? 0)) / 1_000);
    return {
      eventName,
      count: came.length,
      conversion: began === 0 ? 0 : came.length / began,
      medianSeconds: step === 0 ? null : medianOf(seconds),
    };
  });
}

function medianOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}
