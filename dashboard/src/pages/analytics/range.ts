const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

export const RANGES = [
  { value: '1', label: 'last day' },
  { value: '7', label: 'last 7 days' },
  { value: '30', label: 'last 30 days' },
  { value: '90', label: 'last 90 days' },
];

export interface Range {
  from: string;
  interval: 'hour' | 'day' | 'week';
}

/** Begins at a full minute, so that the same page sends the same query for a while. */
export function rangeOf(given: string): Range {
  const days = Number(given) > 0 ? Number(given) : 30;
  const from = new Date(Math.floor((Date.now() - days * DAY_MS) / MINUTE_MS) * MINUTE_MS);
  return { from: from.toISOString(), interval: days <= 2 ? 'hour' : days <= 45 ? 'day' : 'week' };
}
