import { Injectable } from '@nestjs/common';

import { RefusedEvents } from '../../modules/analytics/refused-events.js';
import { LEVELS } from '../../modules/request-logs/request-log.js';
import { RequestLogBuffer } from '../../modules/request-logs/request-log-buffer.js';
import { MetricsRegistry, single } from './metrics-registry.js';

/** Request logs and events of Segment's batches that were dropped without telling the client. */
@Injectable()
export class EventMetrics {
  constructor(metrics: MetricsRegistry, buffer: RequestLogBuffer, refused: RefusedEvents) {
    metrics.counter(
      'triptych_request_logs_dropped_total',
      'Request logs that came faster than they could be written, or were lost with MongoDB.',
      ['level'],
      () => LEVELS.map((level) => ({ labels: { level }, value: buffer.dropped[level] })),
    );
    metrics.counter(
      'triptych_analytics_events_refused_total',
      "Events of Segment's batches that were not valid.",
      [],
      () => single(refused.total),
    );
  }
}
