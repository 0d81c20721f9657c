import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';

import { Clock } from '../../../common/time/clock.js';
import { StoreUnavailable } from '../../../stores/store-unavailable.js';
import type { EvaluatedFlag } from '../flag-answer.js';
import { FeatureMetricsRepository } from './feature-metrics.mongo.repository.js';
import { type CountedFlag, hourOf } from './flag-counts.js';

const FLUSH_MS = 10_000;

interface Counter {
  yes: number;
  no: number;
  variants: Map<string, number>;
}

/** The counters of an environment's flags in one hour, by the flag's key. */
interface HourCounters {
  about: Pick<CountedFlag, 'orgId' | 'environment' | 'hour'>;
  flags: Map<string, Counter>;
}

/**
 * Counts the evaluations by this service itself, by flag and hour. The counts are written every ten seconds, and kept
 * in memory while MongoDB is down; there are never more counters than flags. A process that is killed loses its last
 * ten seconds.
 */
@Injectable()
export class UsageCounter implements BeforeApplicationShutdown {
  private readonly logger = new Logger(UsageCounter.name);
  private counters = new Map<string, HourCounters>();
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly metrics: FeatureMetricsRepository,
    private readonly clock: Clock,
  ) {}

  count(orgId: string, environment: string, flags: readonly EvaluatedFlag[]): void {
    const hour = hourOf(this.clock.now());
    const counters = this.countersOf({ orgId, environment, hour });
    for (const { key, reason, variant } of flags) {
      const counter = counterOf(counters, key);
      if (reason === 'DISABLED' || reason === 'DEFAULT') counter.no += 1;
      else counter.yes += 1;
      if (variant !== null) counter.variants.set(variant, (counter.variants.get(variant) ?? 0) + 1);
    }
    this.timer ??= setTimeout(() => void this.flush(), FLUSH_MS).unref();
  }

  /** Flushes before the stores are closed. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.flush();
    if (this.timer) clearTimeout(this.timer);
  }

  /** Never rejects. Counts that could not be written are kept. */
  async flush(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const counted = this.counters;
    if (counted.size === 0) return;
    this.counters = new Map();
    try {
      await this.metrics.add([...counted.values()].flatMap(countedFlags));
    } catch (error) {
      if (!(error instanceof StoreUnavailable))
        this.logger.error({ err: error }, 'Usage could not be counted');
      this.putBack(counted);
    }
  }

  private countersOf(about: HourCounters['about']): HourCounters['flags'] {
    const name = nameOf(about);
    const known = this.counters.get(name);
    if (known) return known.flags;
    const flags = new Map<string, Counter>();
    this.counters.set(name, { about, flags });
    return flags;
  }

  private putBack(counted: UsageCounter['counters']): void {
    for (const { about, flags } of counted.values()) {
      const counters = this.countersOf(about);
      for (const [key, waiting] of flags) addTo(counterOf(counters, key), waiting);
    }
    this.timer ??= setTimeout(() => void this.flush(), FLUSH_MS).unref();
  }
}

const nameOf = ({ orgId, environment, hour }: HourCounters['about']): string =>
  `${orgId}|${environment}|${hour.getTime()}`;

function counterOf(counters: HourCounters['flags'], key: string): Counter {
  const known = counters.get(key);
  if (known) return known;
  const counter: Counter = { yes: 0, no: 0, variants: new Map() };
  counters.set(key, counter);
  return counter;
}

const countedFlags = ({ about, flags }: HourCounters): CountedFlag[] =>
  [...flags].map(([key, counter]) => ({ ...about, key, ...counter }));

function addTo(counter: Counter, more: Counter): void {
  counter.yes += more.yes;
  counter.no += more.no;
  for (const [variant, count] of more.variants)
    counter.variants.set(variant, (counter.variants.get(variant) ?? 0) + count);
}
