import type { Target } from '../load/load.js';

/** The next so many, or as many as there are. */
export function take(source: Generator<Target, void>, count: number): Target[] {
  const taken: Target[] = [];
  while (taken.length < count) {
    const next = source.next();
    if (next.done) break;
    taken.push(next.value);
  }
  return taken;
}
