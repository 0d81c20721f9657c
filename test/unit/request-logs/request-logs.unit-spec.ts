import { describe, expect, it } from 'vitest';

import { EndpointSummaries, percentile } from '../../../src/modules/request-logs/endpoint-summary.js';
import { endpointOf, type Level, levelOf } from '../../../src/modules/request-logs/request-log.js';
import { RequestLogBuffer } from '../../../src/modules/request-logs/request-log-buffer.js';
import { RequestLogTuning } from '../../../src/modules/request-logs/request-log-tuning.js';

const entry = (level: Level) => ({
  ...{ timestamp: new Date(), level, organization_id: null, user_id: null, api_key_id: null },
  ...{ endpoint: '/x', method: 'GET', status: 200, duration_ms: 1, request_id: 'r' },
});

describe('request logs', () => {
  it.each([
    [200, 'info'],
    [399, 'info'],
    [400, 'warn'],
    [499, 'warn'],
    [500, 'error'],
    [503, 'error'],
  ])('of the status %d have the level %s', (status, level) => {
    expect(levelOf(status)).toBe(level);
  });

  it('name the endpoint as the OpenAPI document does', () => {
    expect(endpointOf('/api/v1/users/:id/keys/:key_id')).toBe('/api/v1/users/{id}/keys/{key_id}');
  });

  it.each([
    [0.5, 2],
    [0.75, 3],
    [0.95, 4],
    [0.99, 4],
  ])('the %d quantile of four values is value %d', (part, expected) => {
    expect(percentile([1, 2, 3, 4], part)).toBe(expected);
  });

  it('are put together by endpoint and method', () => {
    const summaries = new EndpointSummaries();
    for (let n = 1; n <= 100; n += 1)
      summaries.add({
        ...{ _id: '', endpoint: '/a', method: 'GET', duration_ms: 101 - n },
        level: n <= 3 ? 'error' : n <= 8 ? 'warn' : 'info',
      });
    summaries.add({ _id: '', endpoint: '/a', method: 'POST', duration_ms: 7, level: 'info' });
    expect(summaries.all()).toEqual([
      {
        ...{ endpoint: '/a', method: 'GET', count: 100, warnings: 5, errors: 3 },
        ...{ p50Ms: 50, p95Ms: 95, p99Ms: 99 },
      },
      {
        ...{ endpoint: '/a', method: 'POST', count: 1, warnings: 0, errors: 0 },
        ...{ p50Ms: 7, p95Ms: 7, p99Ms: 7 },
      },
    ]);
  });

  it('are dropped and counted when they are too many, info first', async () => {
    const written: number[] = [];
    const insert = (logs: readonly unknown[]) => Promise.resolve(void written.push(logs.length));
    const tuning = Object.assign(new RequestLogTuning(), { capacity: 30, infoCapacity: 20, flushLimit: 25 });
    const up = { liveness: { isUp: true } };
    const buffer = new RequestLogBuffer(up as never, { insert } as never, tuning);
    for (let n = 0; n < 100; n += 1) buffer.add(entry('info'));
    for (let n = 0; n < 12; n += 1) buffer.add(entry('error'));
    expect(buffer.dropped).toEqual({ info: 80, warn: 0, error: 2 });
    await buffer.flush();
    await buffer.flush();
    await buffer.flush();
    expect(written).toEqual([25, 5]);
  });
});
