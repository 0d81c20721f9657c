import { Injectable } from '@nestjs/common';

import { RateLimitCounters } from '../../modules/rate-limits/rate-limit-counters.js';
import { MetricsRegistry, single } from './metrics-registry.js';

/** How many requests are limited, and whether the limit holds over all instances. */
@Injectable()
export class RateLimitMetrics {
  constructor(metrics: MetricsRegistry, counters: RateLimitCounters) {
    metrics.counter(
      'triptych_rate_limit_requests_total',
      'Requests and verifications of this process that a limit has counted.',
      ['outcome'],
      () => [
        { labels: { outcome: 'admitted' }, value: counters.admitted },
        { labels: { outcome: 'refused' }, value: counters.refused },
      ],
    );
    metrics.counter(
      'triptych_rate_limit_alone_total',
      'Of these, the ones that this instance has counted by itself, because Redis was away.',
      [],
      () => single(counters.alone),
    );
  }
}
