import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Histogram } from 'prom-client';

import { fastifyOf } from '../../common/http/fastify-of.js';
import { EventStreams } from '../../flows/live/event-streams.js';
import { MetricsRegistry, single } from './metrics-registry.js';

const BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** The status that nginx uses if the client left before the answer. */
const CLIENT_CLOSED = '499';

/** The route's pattern, never the URL, whose values have no bound. */
export const routeOf = (request: FastifyRequest): string => request.routeOptions.url ?? 'unmatched';

/** Measures every request from its arrival to its last byte, and counts the requests under way. */
export function registerHttpMetrics(fastify: FastifyInstance, metrics: MetricsRegistry): void {
  const durations = new Histogram({
    name: 'triptych_http_request_duration_seconds',
    help: 'Time from the arrival of a request to the last byte of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS_SECONDS,
    registers: [metrics.registry],
  });
  const underWay = new Map<FastifyRequest, number>();
  // An aborted request can still be answered.
  const settled = new WeakSet<FastifyRequest>();
  metrics.gauge('triptych_http_requests_in_flight', 'Requests that are being answered.', [], () =>
    single(underWay.size),
  );
  const settle = (request: FastifyRequest, status: string, durationMs: number): void => {
    underWay.delete(request);
    // A stream lasts as long as its client wants, which is no measure of the service.
    if (settled.has(request) || request.routeOptions.config.isStream) return;
    settled.add(request);
    durations.observe({ method: request.method, route: routeOf(request), status }, durationMs / 1_000);
  };
  fastify.addHook('onRequest', (request, _reply, done) => {
    underWay.set(request, performance.now());
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    // Fastify's own time, because an earlier hook may have refused the request.
    settle(request, String(reply.statusCode), reply.elapsedTime);
    done();
  });
  fastify.addHook('onRequestAbort', (request, done) => {
    const startedAt = underWay.get(request);
    if (startedAt !== undefined) settle(request, CLIENT_CLOSED, performance.now() - startedAt);
    done();
  });
}

/** Hooks the HTTP metrics into the server before its routes are registered. */
@Injectable()
export class HttpMetrics implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly metrics: MetricsRegistry,
    private readonly streams: EventStreams,
  ) {}

  onModuleInit(): void {
    const fastify = fastifyOf(this.host);
    if (!fastify) return;
    registerHttpMetrics(fastify, this.metrics);
    this.metrics.gauge('triptych_event_streams', 'Streams of server-sent events that are open.', [], () =>
      single(this.streams.size),
    );
  }
}
