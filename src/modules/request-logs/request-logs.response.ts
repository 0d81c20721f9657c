import type { EndpointSummary } from './endpoint-summary.js';
import type { RequestLog } from './request-log.js';
import type { RequestLogResponse, RequestLogsSummary } from './request-logs.dto.js';

/** The entry in the form that clients receive. An allow-list, so that a new field cannot leak. */
export const toRequestLogResponse = (log: RequestLog): RequestLogResponse => ({
  id: log._id,
  timestamp: log.timestamp.toISOString(),
  level: log.level,
  user_id: log.user_id,
  api_key_id: log.api_key_id,
  endpoint: log.endpoint,
  method: log.method,
  status: log.status,
  duration_ms: log.duration_ms,
  request_id: log.request_id,
});

export const toSummaryResponse = (summary: EndpointSummary): RequestLogsSummary['data'][number] => ({
  endpoint: summary.endpoint,
  method: summary.method,
  count: summary.count,
  warnings: summary.warnings,
  errors: summary.errors,
  p50_ms: summary.p50Ms,
  p95_ms: summary.p95Ms,
  p99_ms: summary.p99Ms,
});
