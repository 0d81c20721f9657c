import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';

/** Values at one scrape. Null: unknown at the moment, so a gauge shows no sample. */
export type Samples = readonly { labels: Record<string, string>; value: number }[] | null;

/**
 * The metrics of this process, collected once: each collection starts an observer of garbage collections that prom-client
 * never stops, and that would keep its registry.
 */
const processMetrics = new Registry();
collectDefaultMetrics({ register: processMetrics });

/** The metrics of one application, so that several applications in one process do not share any. */
@Injectable()
export class MetricsRegistry {
  readonly registry = Registry.merge([processMetrics]);

  /** A gauge that is read at each scrape. `read` must be limited in time and must not throw. */
  gauge(
    name: string,
    help: string,
    labelNames: readonly string[],
    read: () => Samples | Promise<Samples>,
  ): void {
    new Gauge({
      name,
      help,
      labelNames,
      registers: [this.registry],
      async collect() {
        const samples = await read();
        if (labelNames.length === 0) this.remove();
        else this.reset();
        for (const { labels, value } of samples ?? []) this.set(labels, value);
      },
    });
  }

  /** Like `gauge`, for a value that other code counts and never lowers. Names end in `_total`. */
  counter(name: string, help: string, labelNames: readonly string[], read: () => Samples): void {
    new Counter({
      name,
      help,
      labelNames,
      registers: [this.registry],
      collect() {
        this.reset();
        for (const { labels, value } of read() ?? []) this.inc(labels, value);
      },
    });
  }
}

/** The samples of a metric without labels. */
export const single = (value: number | null | undefined): Samples =>
  value === null || value === undefined ? null : [{ labels: {}, value }];
