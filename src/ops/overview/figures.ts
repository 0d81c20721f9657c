import { Injectable } from '@nestjs/common';

import { MetricsRegistry } from '../metrics/metrics-registry.js';
import type { LatencyBuckets } from './latency-buckets.js';

export interface HttpTotals {
  requests: number;
  /** Answers of 500 and above. */
  errors: number;
  latency: LatencyBuckets;
}

export interface CacheTotals {
  reads: number;
  hits: number;
}

interface Sample {
  value: number;
  labels: Partial<Record<string, string | number>>;
  metricName?: string;
}

const DURATIONS = 'triptych_http_request_duration_seconds';

/** Reads the values of `GET /metrics` by name, so that the overview always shows the same values. */
@Injectable()
export class Figures {
  constructor(private readonly metrics: MetricsRegistry) {}

  /** The value of a metric without labels. Null: unknown at the moment. */
  async single(name: string): Promise<number | null> {
    return (await this.samples(name))[0]?.value ?? null;
  }

  async http(): Promise<HttpTotals> {
    const latency = new Map<number, number>();
    let errors = 0;
    for (const { value, labels, metricName } of await this.samples(DURATIONS)) {
      if (metricName === `${DURATIONS}_count` && Number(labels['status']) >= 500) errors += value;
      if (metricName !== `${DURATIONS}_bucket`) continue;
      const bound = labels['le'] === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels['le']);
      latency.set(bound, (latency.get(bound) ?? 0) + value);
    }
    return { requests: latency.get(Number.POSITIVE_INFINITY) ?? 0, errors, latency };
  }

  async cache(): Promise<CacheTotals> {
    const totals = { reads: 0, hits: 0 };
    for (const { value, labels } of await this.samples('triptych_cache_reads_total')) {
      totals.reads += value;
      if (String(labels['outcome']).startsWith('hit_')) totals.hits += value;
    }
    return totals;
  }

  private async samples(name: string): Promise<readonly Sample[]> {
    const metric = this.metrics.registry.getSingleMetric(name);
    if (!metric) throw new Error(`There is no metric ${name}`);
    return (await metric.get()).values;
  }
}
