/** Requests by the upper bound of their duration in seconds, each bound including the ones below it. */
export type LatencyBuckets = ReadonlyMap<number, number>;

/**
 * The duration that a share of the requests did not exceed, interpolated within its bucket as `histogram_quantile` of
 * Prometheus does. Null where there were no requests. The highest finite bound where the answer lies above it.
 */
export function quantileSeconds(buckets: LatencyBuckets, share: number): number | null {
  const bounds = [...buckets.keys()].sort((a, b) => a - b);
  const total = buckets.get(Number.POSITIVE_INFINITY) ?? 0;
  if (total <= 0) return null;
  const rank = share * total;
  let lower = 0;
  let below = 0;
  for (const bound of bounds) {
    const upTo = buckets.get(bound) ?? 0;
    if (upTo >= rank) {
      if (!Number.isFinite(bound)) return lower;
      return upTo === below ? bound : lower + ((bound - lower) * (rank - below)) / (upTo - below);
    }
    lower = bound;
    below = upTo;
  }
  return lower;
}

/** What was added between two moments. */
export const bucketsSince = (now: LatencyBuckets, before: LatencyBuckets): LatencyBuckets =>
  new Map([...now].map(([bound, count]) => [bound, count - (before.get(bound) ?? 0)]));
