import { Injectable, Logger } from '@nestjs/common';

import { z } from 'zod';

import { Config } from '../../config/config.js';
import type { RedisNode } from '../../stores/redis/redis-node.js';
import { Redis } from '../../stores/redis/redis.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { LIVE_MINUTES, type LiveMinute } from './live-counts.js';

/** Counters are not used after an hour. */
const TTL_SECONDS = LIVE_MINUTES * 60 + 120;
/**
 * How long after it was filled from the events the hour is filled again, which also adds counts that Redis has missed.
 */
const FILLED_SECONDS = 60;

const minuteHashes = z.array(z.record(z.string(), z.string()));

export interface LiveHour {
  /** By name, for each requested minute. */
  minutes: ReadonlyMap<string, number>[];
  users: number;
}

/**
 * The last hour of each organisation in Redis: a hash of counts and a HyperLogLog of persons for each minute. All of
 * it may be lost at any time. Then nothing is counted until it is filled from the events again.
 */
@Injectable()
export class LiveCounters {
  private readonly logger = new Logger(LiveCounters.name);
  private readonly prefix: string;

  constructor(
    private readonly redis: Redis,
    config: Config,
  ) {
    this.prefix = config.redis.keyPrefix;
  }

  /** Counts stored events. Counts that Redis misses are added when the hour is filled next. */
  async add(orgId: string, minutes: ReadonlyMap<number, LiveMinute>): Promise<void> {
    if (minutes.size === 0) return;
    await this.tolerating(async () => {
      if (await this.isFilled(orgId)) await this.write(orgId, minutes, false);
    });
  }

  /** Null: Redis does not have the hour. */
  async read(orgId: string, minutes: readonly number[]): Promise<LiveHour | null> {
    return this.tolerating(async () => {
      if (!(await this.isFilled(orgId))) return null;
      const answers = await this.nodeOf(orgId).run((client) => {
        const multi = client.multi();
        for (const minute of minutes) multi.hGetAll(this.key(orgId, `c:${minute}`));
        multi.pfCount(minutes.map((minute) => this.key(orgId, `u:${minute}`)));
        return multi.exec();
      });
      const hashes = minuteHashes.parse(answers.slice(0, minutes.length));
      return {
        minutes: hashes.map(
          (hash) => new Map(Object.entries(hash).map(([name, count]) => [name, Number(count)])),
        ),
        users: Number(answers[minutes.length]),
      };
    });
  }

  /** Replaces the hour by counts from the events. */
  async fill(orgId: string, minutes: ReadonlyMap<number, LiveMinute>): Promise<void> {
    await this.tolerating(async () => {
      await this.write(orgId, minutes, true);
      const filled = this.key(orgId, 'filled');
      await this.nodeOf(orgId).run((client) => client.set(filled, '1', { EX: FILLED_SECONDS }));
    });
  }

  private async isFilled(orgId: string): Promise<boolean> {
    return (await this.nodeOf(orgId).run((client) => client.exists(this.key(orgId, 'filled')))) === 1;
  }

  private async write(
    orgId: string,
    minutes: ReadonlyMap<number, LiveMinute>,
    isReplacing: boolean,
  ): Promise<void> {
    await this.nodeOf(orgId).run((client) => {
      const multi = client.multi();
      for (const [minute, { counts, persons }] of minutes) {
        const [countKey, userKey] = [this.key(orgId, `c:${minute}`), this.key(orgId, `u:${minute}`)];
        if (isReplacing) multi.del([countKey, userKey]);
        for (const [name, count] of counts) multi.hIncrBy(countKey, name, count);
        if (persons.size > 0) multi.pfAdd(userKey, [...persons]);
        multi.expire(countKey, TTL_SECONDS);
        multi.expire(userKey, TTL_SECONDS);
      }
      return multi.exec();
    });
  }

  private async tolerating<T>(work: () => Promise<T>): Promise<T | null> {
    if (!this.redis.isConfigured) return null;
    try {
      return await work();
    } catch (error) {
      if (error instanceof StoreUnavailable) this.logger.debug('Redis could not be asked for the last hour');
      else this.logger.warn({ err: error }, 'Redis refused the counters of the last hour');
      return null;
    }
  }

  private nodeOf(orgId: string): RedisNode {
    return this.redis.at(this.key(orgId, 'filled'));
  }

  /** The keys of one organisation share one slot of a cluster. */
  private key(orgId: string, name: string): string {
    return `${this.prefix}:{${orgId}}:live:${name}`;
  }
}
