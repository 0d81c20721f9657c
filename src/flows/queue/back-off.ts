export interface BackOff {
  readonly backOffBaseMs: number;
  readonly backOffLimitMs: number;
}

/** Exponential with equal jitter: between half and all of base · 2^(attempts − 1), up to the limit. */
export function backOffMs(
  attempts: number,
  { backOffBaseMs, backOffLimitMs }: BackOff,
  random = Math.random(),
): number {
  const full = Math.min(backOffLimitMs, backOffBaseMs * 2 ** Math.max(0, attempts - 1));
  return Math.round(full / 2 + (full / 2) * random);
}
