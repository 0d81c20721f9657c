import { commandOptions, ErrorReply } from 'redis';
import { z } from 'zod';

import type { Redis } from '../../stores/redis/redis.js';
import { newGeneration } from '../generation-token.js';
import { BatchedRead } from './batched-read.js';
import { CLAIM } from './claim-script.js';
import { inSlots } from './in-slots.js';
import { isOneSlot, type RedisKeys } from './redis-keys.js';
import { SharedTurn } from './shared-turn.js';

/** An entry is not served for longer: a generation that has expired is a miss for everything that depends on it. */
export const GENERATION_TTL_MS = 2 * 3_600_000;
const BATCH = 500;
const REPAIR_BUDGET_MS = 250;

type Client = Parameters<Parameters<Redis['run']>[0]>[0];

const reply = z.array(z.string());

const BUFFERS = commandOptions({ returnBuffers: true });

/** The generations in Redis. Every method rejects as `Redis.run` does. */
export class RedisGenerations {
  private readonly batched: BatchedRead;
  private readonly renewals: SharedTurn<string>;

  constructor(
    private readonly redis: Redis,
    private readonly keys: RedisKeys,
  ) {
    this.batched = new BatchedRead(redis);
    this.renewals = new SharedTurn((renewed, budgetMs) => this.renewAll([...renewed], budgetMs));
  }

  /** One round trip, shared with all reads of the same turn of the event loop. */
  read(tags: readonly string[], budgetMs: number): Promise<(string | null)[]> {
    return this.batched.read(
      tags.map((tag) => this.keys.generation(tag)),
      budgetMs,
    );
  }

  /** Like `read`, plus the bytes of an entry, in one round trip that is not shared. */
  async readWith(
    entryKey: string,
    tags: readonly string[],
    budgetMs: number,
  ): Promise<{ bytes: Buffer | null; generations: (string | null)[] }> {
    const keys = [entryKey, ...tags.map((tag) => this.keys.generation(tag))];
    const replies = await this.redis.run(
      (client) => inSlots(keys, (group) => client.mGet(BUFFERS, group)),
      budgetMs,
    );
    const [bytes, ...generations] = replies;
    return {
      bytes: bytes ?? null,
      generations: generations.map((token) => token && token.toString('latin1')),
    };
  }

  /** Makes the missing generations and returns all of them. Null: one was lost again meanwhile. */
  async make(
    tags: readonly string[],
    seen: readonly (string | null)[],
    budgetMs: number,
  ): Promise<string[] | null> {
    const missing = tags.filter((_, index) => seen[index] === null);
    const keys = tags.map((tag) => this.keys.generation(tag));
    const now = await this.redis.run(async (client) => {
      const made = missing.map((tag) =>
        client.set(this.keys.generation(tag), newGeneration(), { NX: true, PX: GENERATION_TTL_MS }),
      );
      const [found] = await Promise.all([inSlots(keys, (group) => client.mGet(group)), ...made]);
      return found;
    }, budgetMs);
    return now.every((token) => token !== null) ? now : null;
  }

  /**
   * `make`, and takes the lease of a load, in one round trip. Null: the keys are in more than one slot, for which Redis
   * runs no script.
   */
  async makeWithLease(
    entryKey: string,
    tags: readonly string[],
    leaseMs: number,
    budgetMs: number,
  ): Promise<{ generations: string[]; isMine: boolean } | null> {
    const keys = [entryKey, ...tags.map((tag) => this.keys.generation(tag))];
    if (!isOneSlot(keys)) return null;
    const options = {
      keys,
      arguments: [String(GENERATION_TTL_MS), String(leaseMs), ...tags.map(() => newGeneration())],
    };
    const [isMine, ...generations] = reply.parse(
      await this.redis.run((client) => client.eval(CLAIM, options), budgetMs),
    );
    return { generations, isMine: isMine === '1' };
  }

  /**
   * Replaces generations, each once for all that ask for it in the same turn of the event loop: many changes at once
   * make the same lists stale.
   */
  replace(tags: readonly string[], budgetMs: number): Promise<void> {
    return this.renewals.add(tags, budgetMs);
  }

  /**
   * One round trip. If Redis has no memory for new generations, the old ones are deleted, because a missing generation
   * is a miss too.
   */
  private async renewAll(tags: readonly string[], budgetMs: number): Promise<void> {
    const keys = tags.map((tag) => this.keys.generation(tag));
    try {
      await this.redis.run((client) => Promise.all(keys.map((key) => renew(client, key))), budgetMs);
    } catch (error) {
      if (!(error instanceof ErrorReply)) throw error;
      await this.redis.run((client) => Promise.all(keys.map((key) => client.unlink(key))), budgetMs);
    }
  }

  /** `replace` for any number of tags, with a longer budget, because no request waits for it. */
  async replaceMany(tags: readonly string[]): Promise<void> {
    for (let from = 0; from < tags.length; from += BATCH) {
      await this.renewAll(tags.slice(from, from + BATCH), REPAIR_BUDGET_MS);
    }
  }

  /** Removes the epoch of every organisation. SCAN returns each key that exists throughout the scan. */
  async replaceEverything(): Promise<void> {
    const pattern = { MATCH: this.keys.everyEpoch, COUNT: 1_000 };
    let cursor = 0;
    do {
      const page = await this.redis.run((client) => client.scan(cursor, pattern), REPAIR_BUDGET_MS);
      await this.redis.run(
        (client) => Promise.all(page.keys.map((key) => client.unlink(key))),
        REPAIR_BUDGET_MS,
      );
      cursor = page.cursor;
    } while (cursor !== 0);
  }

  /**
   * Identifies the server process that answers (`run_id` of INFO). A restarted or promoted server is another process.
   * Rejects for a replica, which may not have received an invalidation that its primary has acknowledged.
   */
  async run(): Promise<string> {
    const [server, replication] = await this.redis.run(
      (client) => Promise.all([client.info('server'), client.info('replication')]),
      REPAIR_BUDGET_MS,
    );
    if (/^role:slave/m.test(replication)) throw new Error('it is a replica');
    // If the provider hides `run_id`, each connection counts as another process, which is only more cautious than
    // needed.
    return /^run_id:(\S+)/m.exec(server)?.[1] ?? newGeneration();
  }
}

const renew = (client: Client, key: string) => client.set(key, newGeneration(), { PX: GENERATION_TTL_MS });
