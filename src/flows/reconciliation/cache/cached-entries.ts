import { Injectable } from '@nestjs/common';

import { type CacheEntry, decodeEntry, isCurrent } from '../../../cache/cache-entry.js';
import { RedisGenerations } from '../../../cache/redis/redis-generations.js';
import { RedisKeys } from '../../../cache/redis/redis-keys.js';
import { Clock } from '../../../common/time/clock.js';
import { Config } from '../../../config/config.js';
import { Redis } from '../../../stores/redis/redis.js';
import { scanned } from '../../../stores/redis/scanned.js';
import { patient } from './patient.js';
import { persistently } from '../persistently.js';

const SCAN_COUNT = 500;
const BUDGET_MS = 2_000;
/** The part of the name after the prefix. A lease has a longer name. */
const ENTRY_NAME = /^:\{(.*)\}:e:[A-Za-z0-9_-]{43}$/;

/** An entry that can answer a read now. */
export interface ValidEntry {
  redisKey: string;
  orgId: string;
  entry: CacheEntry;
  /** The tags that the entry depends on. */
  tags: readonly string[];
  /** The cache key of the request that made it. Null if that key is derived from a secret. */
  key: string | null;
}

/** The valid entries of the shared cache. An outdated entry is a miss, and so no copy of anything. */
@Injectable()
export class CachedEntries {
  private readonly keys: RedisKeys;
  private readonly generations: RedisGenerations;

  constructor(
    private readonly redis: Redis,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {
    this.keys = new RedisKeys(config.redis.keyPrefix);
    this.generations = new RedisGenerations(redis, this.keys);
  }

  /** Page by page, in no order. A page may be empty. Without a Redis, instances share no entries. */
  async *pages(): AsyncGenerator<ValidEntry[]> {
    if (!this.redis.isConfigured) return;
    const run = await persistently(() => this.generations.run());
    const options = { MATCH: `${this.config.redis.keyPrefix}:{*}:e:*`, COUNT: SCAN_COUNT };
    for (const node of this.redis.nodes) {
      for await (const keys of scanned(patient(node), options, BUDGET_MS)) {
        const entries = await Promise.all([...new Set(keys)].map((key) => this.read(key, run)));
        yield entries.filter((entry) => entry !== null);
      }
    }
  }

  /** Null if the entry is gone or cannot answer a read. */
  async find(redisKey: string): Promise<ValidEntry | null> {
    return this.read(redisKey, await persistently(() => this.generations.run()));
  }

  /** Whether the entry stands where its request's entry belongs. An entry elsewhere was not written by this service. */
  isInItsPlace({ redisKey, orgId }: ValidEntry, key: string): boolean {
    return this.keys.entry({ orgId, key }) === redisKey;
  }

  async remove(redisKey: string): Promise<void> {
    await persistently(() => this.redis.at(redisKey).run((client) => client.unlink(redisKey), BUDGET_MS));
  }

  private async read(redisKey: string, run: string): Promise<ValidEntry | null> {
    const orgId = ENTRY_NAME.exec(redisKey.slice(this.config.redis.keyPrefix.length))?.[1];
    if (orgId === undefined) return null;
    const { bytes } = await persistently(() => this.generations.readWith(redisKey, [], BUDGET_MS));
    const asked = bytes && decodeEntry(bytes, redisKey)?.asked;
    if (!asked) return null;
    // Read again, with the generations in one command, so that the compared entry was valid at that moment.
    const now = await persistently(() => this.generations.readWith(redisKey, asked.tags, BUDGET_MS));
    const entry = now.bytes && decodeEntry(now.bytes, redisKey);
    if (!entry || !isCurrent(entry, run, now.generations)) return null;
    if (entry.expiresAt <= this.clock.now().getTime()) return null;
    return { redisKey, orgId, entry, tags: asked.tags, key: asked.key };
  }
}
