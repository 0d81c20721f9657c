import { afterAll, beforeAll } from 'vitest';

import { Clock } from '../../../src/common/time/clock.js';
import {
  type CacheInstance,
  freshPrefix,
  PATIENT,
  startInstance,
  VersionedRecord,
} from './cache-instance.js';
import { PrivateRedisCluster } from './private-redis-cluster.js';
import { trusted } from './redis-pair.js';

const RECORDS = 30;

/** Two instances on a cluster of their own, which all tests of the file share. */
export interface RedisClusterPair {
  cluster: PrivateRedisCluster;
  prefix: string;
  one: CacheInstance;
  two: CacheInstance;
  /** A key in the slot of the record's organisation. */
  slotKeyOf: (record: VersionedRecord) => string;
  /** The place of the master that has held the record's organisation since the start. */
  ownerOf: (record: VersionedRecord) => number;
  /** A record whose organisation belongs to this master. */
  recordOf: (master: number) => VersionedRecord;
}

export function useRedisClusterPair(name: string, replicas = 0): () => RedisClusterPair {
  let pair: RedisClusterPair;

  beforeAll(async () => {
    const cluster = await PrivateRedisCluster.start(name, replicas);
    const prefix = freshPrefix();
    const start = () => startInstance(cluster.url, prefix, new Clock(), PATIENT);
    const [one, two] = await Promise.all([start(), start()]);
    const slotKeyOf = ({ orgId }: VersionedRecord): string => `${prefix}:{${orgId}}:epoch`;
    const ownerOf = (record: VersionedRecord): number => cluster.ownerOf(slotKeyOf(record));
    const recordOf = (master: number): VersionedRecord =>
      someRecords().find((record) => ownerOf(record) === master) ?? recordOf(master);
    pair = { cluster, prefix, one, two, slotKeyOf, ownerOf, recordOf };
    await trusted(one, two);
  });

  afterAll(async () => {
    await Promise.all([pair.one.close(), pair.two.close()]);
    await pair.cluster.stop();
  });

  return () => pair;
}

/** Of so many organisations that each master has some. */
export const someRecords = (): VersionedRecord[] =>
  Array.from({ length: RECORDS }, () => new VersionedRecord());
