import { parseBody } from '../../../common/http/contract.pipe.js';
import type { SdkBucket } from '../metrics/metrics.service.js';
import { type SdkMetricsDto, sdkMetrics } from './unleash.dto.js';

/** The counts of an SDK. Nothing if it sends none. Throws `Invalid`. */
export function bucketOf(body: SdkMetricsDto): SdkBucket {
  const { bucket } = parseBody(sdkMetrics, body);
  const toggles = Object.entries(bucket?.toggles ?? {});
  return {
    start: bucket?.start ?? new Date(0),
    flags: new Map(
      toggles.map(([key, { yes, no, variants }]) => [
        key,
        { yes, no, variants: new Map(Object.entries(variants ?? {})) },
      ]),
    ),
  };
}
