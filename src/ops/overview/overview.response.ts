import type { OverviewResponse } from './overview.dto.js';
import type { TrafficSample } from './traffic-history.js';

export const toTrafficResponse = (sample: TrafficSample): OverviewResponse['traffic'][number] => ({
  at: sample.at.toISOString(),
  requests_per_second: sample.requestsPerSecond,
  errors_per_second: sample.errorsPerSecond,
  p50_ms: sample.p50Ms,
  p95_ms: sample.p95Ms,
  hit_ratio: sample.hitRatio,
});
