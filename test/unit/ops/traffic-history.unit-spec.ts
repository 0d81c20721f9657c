import { afterEach, describe, expect, it, vi } from 'vitest';
import { FastifyAdapter } from '@nestjs/platform-fastify';

import { Clock } from '../../../src/common/time/clock.js';
import { MetricsRegistry } from '../../../src/ops/metrics/metrics-registry.js';
import { Figures } from '../../../src/ops/overview/figures.js';
import { TrafficHistory } from '../../../src/ops/overview/traffic-history.js';

describe('the traffic history', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each([
    ['a command, which has no HTTP server', {}, 0],
    ['the service', { httpAdapter: new FastifyAdapter() }, 1],
  ])('of %s', (_, host, timers) => {
    vi.useFakeTimers();
    const history = new TrafficHistory(host as never, new Figures(new MetricsRegistry()), new Clock());
    history.onApplicationBootstrap();
    expect(vi.getTimerCount()).toBe(timers);
    history.onModuleDestroy();
    expect(vi.getTimerCount()).toBe(0);
  });
});
