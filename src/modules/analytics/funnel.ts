/** An event of a person, in a funnel. */
export interface FunnelEvent {
  atMs: number;
  eventName: string;
}

/** The moments at which a person came to each step, as far as they came. */
type Passage = readonly number[];

/**
 * How far one person came: events in order, each used for one step, all within `windowMs` of the first. `events` are those of
 * the person, in the order of `(timestamp, arrival)`. The passage that reached a step first stands for it.
 */
export function passageOf(
  events: readonly FunnelEvent[],
  steps: readonly string[],
  windowMs: number,
): Passage {
  // By step: the passage that came there and began last, because it has the most time left.
  const open: (Passage | undefined)[] = steps.map(() => undefined);
  let best: Passage = [];
  for (const { atMs, eventName } of events) {
    // From the last step on, so that one event is not used for two.
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
  /** Persons who came here. */
  count: number;
  /** Of those who began. */
  conversion: number;
  /** From the step before to this one. */
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
