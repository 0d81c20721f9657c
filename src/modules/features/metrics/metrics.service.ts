import { Injectable } from '@nestjs/common';

import type { Principal } from '../../../common/http/principal.js';
import { assertCan } from '../../../common/http/scopes.js';
import { Clock } from '../../../common/time/clock.js';
import { FeaturesService } from '../features.service.js';
import { canReadFeatures } from '../features.policy.js';
import type { FeatureMetric } from './feature-metric.schema.js';
import { FeatureMetricsRepository } from './feature-metrics.mongo.repository.js';
import { type FlagCounts, hourOf } from './flag-counts.js';

const DAY_MS = 86_400_000;
const DEFAULT_SPAN_MS = 2 * DAY_MS;

/** The counts of an SDK between two moments. */
export interface SdkBucket {
  start: Date;
  flags: ReadonlyMap<string, FlagCounts>;
}

export interface HourlyMetric extends FlagCounts {
  environment: string;
  hour: Date;
}

/** How often flags are evaluated. Throws `Forbidden`, `StoreUnavailable`. */
@Injectable()
export class MetricsService {
  constructor(
    private readonly metrics: FeatureMetricsRepository,
    private readonly features: FeaturesService,
    private readonly clock: Clock,
  ) {}

  /** The counts are stored when it resolves. An SDK sends them again after a failure. */
  async record(actor: Principal, environment: string, { start, flags }: SdkBucket): Promise<void> {
    assertCan(canReadFeatures(actor));
    const now = this.clock.now();
    const age = now.getTime() - start.getTime();
    // If a clock is wrong by more than a day, its hour is useless.
    const hour = hourOf(age >= 0 && age < DAY_MS ? start : now);
    const counted = [...flags].map(([key, counts]) => ({
      ...counts,
      ...{ orgId: actor.orgId, environment, key, hour },
    }));
    await this.metrics.add(counted);
  }

  /** Oldest hour first. Without `from`: the last two days. Throws `FeatureNotFound`. */
  async of(
    actor: Principal,
    key: string,
    { from, to, environment }: { from?: Date; to?: Date; environment?: string | undefined },
  ): Promise<HourlyMetric[]> {
    await this.features.get(actor, key);
    const end = to ?? this.clock.now();
    const start = from ?? new Date(end.getTime() - DEFAULT_SPAN_MS);
    const found = await this.metrics.of(actor.orgId, key, start, end);
    return byHour(found.filter((metric) => environment === undefined || metric.environment === environment));
  }
}

function byHour(metrics: readonly FeatureMetric[]): HourlyMetric[] {
  const groups = Map.groupBy(metrics, ({ hour, environment }) => `${hour.getTime()} ${environment}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const whole = group.find(({ variant }) => variant === null);
    const variants = group.flatMap(({ variant, yes }) => (variant === null ? [] : [[variant, yes] as const]));
    return [
      {
        environment: first.environment,
        hour: first.hour,
        yes: whole?.yes ?? 0,
        no: whole?.no ?? 0,
        variants: new Map(variants),
      },
    ];
  });
}
