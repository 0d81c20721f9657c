import type { MeasuredLog } from './request-logs.mongo.repository.js';

/** The requests of one endpoint and method. */
export interface EndpointSummary {
  endpoint: string;
  method: string;
  count: number;
  warnings: number;
  errors: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
}

interface Collected {
  endpoint: string;
  method: string;
  warnings: number;
  errors: number;
  durations: number[];
}

/** Collects request logs by endpoint and method. */
export class EndpointSummaries {
  private readonly endpoints = new Map<string, Collected>();

  add({ endpoint, method, level, duration_ms: durationMs }: MeasuredLog): void {
    const key = `${method} ${endpoint}`;
    const known = this.endpoints.get(key) ?? { endpoint, method, warnings: 0, errors: 0, durations: [] };
    if (level === 'warn') known.warnings += 1;
    if (level === 'error') known.errors += 1;
    known.durations.push(durationMs);
    this.endpoints.set(key, known);
  }

  /** The most frequent first. */
  all(): EndpointSummary[] {
    return [...this.endpoints.values()]
      .map(({ durations, ...rest }) => {
        const sorted = Float64Array.from(durations).sort();
        return {
          ...rest,
          count: sorted.length,
          p50Ms: percentile(sorted, 0.5),
          p95Ms: percentile(sorted, 0.95),
          p99Ms: percentile(sorted, 0.99),
        };
      })
      .sort((a, b) => b.count - a.count || (a.endpoint < b.endpoint ? -1 : 1));
  }
}

/** Nearest rank: the smallest value that this share of all values does not exceed. */
export const percentile = (sorted: ArrayLike<number>, part: number): number =>
  sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? 0;
