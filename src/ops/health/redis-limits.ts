import { Injectable } from '@nestjs/common';

import { Config } from '../../config/config.js';
import type { RedisNode } from '../../stores/redis/redis-node.js';
import { Redis } from '../../stores/redis/redis.js';
import { isRedisRefusal } from '../../stores/redis/redis-errors.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';

const BUDGET_MS = 250;
/** A master with a hundredth of the slots holds one of so many names with a probability of 99 %. */
const PROBE_NAMES = 500;

const ONE_OF_A_CLUSTER =
  'It is a node of a cluster, which holds some of the keys only. Name several nodes in REDIS_URL: redis://host1:6379,host2:6379.';

/** Detects a Redis that answers a ping but cannot be used by the cache. */
@Injectable()
export class RedisLimits {
  private readonly prefix: string;

  constructor(
    private readonly redis: Redis,
    config: Config,
  ) {
    this.prefix = config.redis.keyPrefix;
  }

  /** Why the cache is off, for people. Null: it can be used, or Redis does not answer at all. */
  async reason(): Promise<string | null> {
    if (this.redis.gap !== null) return this.redis.gap;
    const reasons = await Promise.all(this.redis.nodes.map((node) => this.reasonOf(node)));
    return reasons.find((reason) => reason !== null) ?? this.redis.gap;
  }

  private async reasonOf(node: RedisNode): Promise<string | null> {
    try {
      const isCluster = this.redis.slotMap !== null;
      const [info, cluster, refusal] = await Promise.all([
        node.run((client) => client.info(), BUDGET_MS),
        isCluster ? node.run((client) => client.clusterInfo(), BUDGET_MS) : null,
        this.refusedWrite(node),
      ]);
      if (!isCluster && /^cluster_enabled:1/m.test(info)) return ONE_OF_A_CLUSTER;
      if (cluster !== null && cluster.state !== 'ok')
        return 'Its cluster is not complete, and refuses commands.';
      if (/^role:slave/m.test(info)) return 'It is a replica, which takes no writes.';
      return refusal;
    } catch (error) {
      if (isRedisRefusal(error))
        return 'Its user may not run INFO (or CLUSTER INFO), by which a restarted server is known.';
      if (error instanceof StoreUnavailable)
        return this.redis.slotMap === null ? null : 'A master of its cluster does not answer.';
      throw error;
    }
  }

  /** A server that is full, a user without rights to our keys: what Redis calls it, such as OOM and NOPERM. */
  private async refusedWrite(node: RedisNode): Promise<string | null> {
    const probe = this.probeFor(node);
    try {
      await node.run((client) => client.set(probe, '1', { PX: 1_000 }), BUDGET_MS);
      return null;
    } catch (error) {
      const refusal = error instanceof StoreUnavailable ? error.cause : error;
      // The rest of the text may name the user.
      if (isRedisRefusal(refusal)) return `It refuses writes: ${refusal.message.split(' ')[0]}.`;
      throw error;
    }
  }

  /** A key that the server holds. */
  private probeFor(node: RedisNode): string {
    for (let n = 0; n < PROBE_NAMES; n += 1) {
      const name = `${this.prefix}:health:${n}`;
      if (node.holds(name)) return name;
    }
    return `${this.prefix}:health`;
  }
}
