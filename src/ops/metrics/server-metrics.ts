import { Injectable } from '@nestjs/common';

import { MongoConnections } from '../../stores/mongo/mongo-connections.js';
import { MetricsRegistry, single } from './metrics-registry.js';
import { type MongoFigures, MongoFiguresReader } from './mongo-figures.js';
import { type RedisFigures, RedisFiguresReader } from './redis-figures.js';
import { SharedSnapshot } from './shared-snapshot.js';

/** The own figures of MongoDB and Redis. Absent while a server is down. */
@Injectable()
export class ServerMetrics {
  private readonly mongo: SharedSnapshot<MongoFigures>;
  private readonly redis: SharedSnapshot<RedisFigures | null>;

  constructor(
    private readonly metrics: MetricsRegistry,
    mongo: MongoFiguresReader,
    redis: RedisFiguresReader,
    connections: MongoConnections,
  ) {
    this.mongo = new SharedSnapshot(MongoFiguresReader.name, () => mongo.read());
    this.redis = new SharedSnapshot(RedisFiguresReader.name, () => redis.read());
    metrics.gauge('triptych_mongodb_connections', 'Connections of this process to MongoDB.', [], () =>
      single(connections.count),
    );
    this.ofMongo('documents', 'Documents of the database.', ({ objects }) => objects);
    this.ofMongo('data_size_bytes', 'Size of all documents.', ({ dataSize }) => dataSize);
    this.ofMongo('storage_size_bytes', 'Size of the collections on disk.', ({ storageSize }) => storageSize);
    this.ofMongo('index_size_bytes', 'Size of the indexes on disk.', ({ indexSize }) => indexSize);
    this.ofRedis('memory_bytes', 'Memory in use by the server.', ({ memoryBytes }) => memoryBytes);
    this.ofRedis('keys', 'Keys of the database.', ({ keys }) => keys);
    this.ofRedis('keyspace_hits', 'Look-ups of keys that were there, since the server began.', (f) => f.hits);
    this.ofRedis('keyspace_misses', 'Look-ups of keys that were not there.', ({ misses }) => misses);
    this.ofRedis('evicted_keys', 'Keys that made room for others.', ({ evictedKeys }) => evictedKeys);
  }

  private ofMongo(name: string, help: string, value: (figures: MongoFigures) => number): void {
    this.metrics.gauge(`triptych_mongodb_${name}`, help, [], async () => {
      const figures = await this.mongo.read();
      return single(figures && value(figures));
    });
  }

  private ofRedis(name: string, help: string, value: (figures: RedisFigures) => number): void {
    this.metrics.gauge(`triptych_redis_${name}`, help, [], async () => {
      const figures = await this.redis.read();
      return single(figures && value(figures));
    });
  }
}
