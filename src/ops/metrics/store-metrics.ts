import { Injectable } from '@nestjs/common';
import { Histogram } from 'prom-client';

import type { Liveness } from '../../stores/liveness.js';
import { Mongo } from '../../stores/mongo/mongo.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { ReplicaReads } from '../../stores/postgres/replica-reads.js';
import { Redis } from '../../stores/redis/redis.js';
import { MetricsRegistry, single } from './metrics-registry.js';

const BUCKETS_SECONDS = [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Whether the stores answer, how long operations take, and how many requests wait for a connection. */
@Injectable()
export class StoreMetrics {
  private readonly stores: ReadonlyMap<string, Liveness>;

  constructor(
    metrics: MetricsRegistry,
    postgres: Postgres,
    mongo: Mongo,
    redis: Redis,
    replica: ReplicaReads,
  ) {
    this.stores = new Map([
      ['postgres', postgres.liveness],
      ['mongodb', mongo.liveness],
      ...(redis.isConfigured ? ([['redis', redis.liveness]] as const) : []),
    ]);
    metrics.gauge(
      'triptych_store_up',
      'Whether the store answered a ping at this scrape. No redis: none is configured.',
      ['store'],
      () => this.pings(),
    );
    metrics.gauge(
      'triptych_store_breaker_open',
      'Whether operations are refused without being sent, because the store does not answer.',
      ['store'],
      () => this.breakers(),
    );
    metrics.gauge('triptych_postgres_pool_connections_active', 'Connections in use.', [], () =>
      single(postgres.use.active),
    );
    metrics.gauge('triptych_postgres_pool_waiting', 'Operations that wait for a connection.', [], () =>
      single(postgres.use.waiting),
    );
    metrics.gauge('triptych_postgres_pool_connections_max', 'The limit of connections.', [], () =>
      single(postgres.use.max),
    );
    if (replica.isConfigured) {
      metrics.counter(
        'triptych_postgres_replica_reads_total',
        'Lists and reports, by the server that answered; primary: the replica was behind, or away.',
        ['server'],
        () => Object.entries(replica.reads).map(([server, value]) => ({ labels: { server }, value })),
      );
    }
    this.measureOperations(metrics);
  }

  private measureOperations(metrics: MetricsRegistry): void {
    const durations = new Histogram({
      name: 'triptych_store_operation_duration_seconds',
      help: 'Time of an operation in a store. answered=false: the connection failed.',
      labelNames: ['store', 'operation', 'answered'],
      buckets: BUCKETS_SECONDS,
      registers: [metrics.registry],
    });
    for (const [store, liveness] of this.stores) {
      liveness.onSettled = (operation, durationMs, isAnswered) =>
        durations.observe({ store, operation, answered: String(isAnswered) }, durationMs / 1_000);
    }
  }

  private pings() {
    return Promise.all(
      [...this.stores].map(async ([store, liveness]) => ({
        labels: { store },
        value: Number(await liveness.check()),
      })),
    );
  }

  private breakers() {
    return [...this.stores].map(([store, liveness]) => ({
      labels: { store },
      value: Number(!liveness.isUp),
    }));
  }
}
