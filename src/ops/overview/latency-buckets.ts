/** Requests by the upper bound of their duration in seconds, each bound including the ones below it. */
export type LatencyBuckets = ReadonlyMap<number, number>;

/**
 * The duration that a share of the requests did not exceed, interpolated within its bucket like `histogram_quantile`
 * of Prometheus. Null if there were no requests. If the value lies above the highest finite bound, returns that bound.
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

/** The requests between two moments. */
export const bucketsSince = (now: LatencyBuckets, before: LatencyBuckets): LatencyBuckets =>
  new Map([...now].map(([bound, count]) => [bound, count - (before.get(bound) ?? 0)]));
