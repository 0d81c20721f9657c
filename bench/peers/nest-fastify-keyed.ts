// The stock cache with what every service in production has besides: an API key that is checked with one look-up in Redis, a
// line in the log and a histogram for each request.
import 'reflect-metadata';

import { Module } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { pino } from 'pino';
import { Histogram } from 'prom-client';

import { KeyGuard } from './key-guard.js';
import { StockModule } from './stock-app.js';
import { HOST, port } from './user-rows.js';

const BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

@Module({ imports: [StockModule], providers: [{ provide: APP_GUARD, useClass: KeyGuard }] })
class KeyedModule {}

const log = pino({}, pino.destination({ dest: 1, sync: false, minLength: 15_000 }));
const durations = new Histogram({
  name: 'http_request_duration_seconds',
  help: 'As ours.',
  labelNames: ['method', 'route', 'status'],
  buckets: BUCKETS_SECONDS,
});

const app = await NestFactory.create<NestFastifyApplication>(KeyedModule, new FastifyAdapter(), {
  logger: ['error', 'warn'],
});
app
  .getHttpAdapter()
  .getInstance()
  .addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions, id, ip } = request;
    const { statusCode: status, elapsedTime } = reply;
    const route = routeOptions.url ?? 'unmatched';
    log.info({ method, route, status, duration_ms: elapsedTime, request_id: id, address: ip }, 'request');
    durations.observe({ method, route, status: String(status) }, elapsedTime / 1_000);
    done();
  });
await app.listen(port(), HOST);
