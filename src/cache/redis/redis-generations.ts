import { hash } from 'node:crypto';

import { commandOptions, ErrorReply } from 'redis';
import { z } from 'zod';

import type { RedisClient } from '../../stores/redis/redis-client.js';
import type { RedisNode } from '../../stores/redis/redis-node.js';
import type { Redis } from '../../stores/redis/redis.js';
import { scanned } from '../../stores/redis/scanned.js';
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

const reply = z.array(z.string());

const BUFFERS = commandOptions({ returnBuffers: true });

/** The generations in Redis. Every method rejects as `Redis.run` does. */
export class RedisGenerations {
  private readonly batched: BatchedRead;
  private readonly renewals = new WeakMap<RedisNode, SharedTurn<string>>();

  constructor(
    private readonly redis: Redis,
    private readonly keys: RedisKeys,
  ) {
    this.batched = new BatchedRead(redis);
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
    const replies = await this.redis.overKeys(
      keys,
      (client, own) => inSlots(own, (group) => client.mGet(BUFFERS, group)),
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
    const keys = tags.map((tag) => this.keys.generation(tag));
    const missing = new Set(keys.filter((_, index) => seen[index] === null));
    const make = async (client: RedisClient, own: string[]) => {
      const made = own
        .filter((key) => missing.has(key))
        .map((key) => client.set(key, newGeneration(), { NX: true, PX: GENERATION_TTL_MS }));
      const [found] = await Promise.all([inSlots(own, (group) => client.mGet(group)), ...made]);
      return found;
    };
    const now = await this.redis.overKeys(keys, make, budgetMs);
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
      await this.redis.at(entryKey).run((client) => client.eval(CLAIM, options), budgetMs),
    );
    return { generations, isMine: isMine === '1' };
  }

  /**
   * Replaces generations, each once for all that ask for it in the same turn of the event loop: many changes at once
   * make the same lists stale. Callers share the failure of a server only if they need that server.
   */
  async replace(tags: readonly string[], budgetMs: number): Promise<void> {
    const byNode = Map.groupBy(tags, (tag) => this.redis.at(this.keys.generation(tag)));
    await Promise.all([...byNode].map(([node, own]) => this.renewalsAt(node).add(own, budgetMs)));
  }

  private renewalsAt(node: RedisNode): SharedTurn<string> {
    const known = this.renewals.get(node);
    if (known) return known;
    const renewals = new SharedTurn<string>((renewed, ms) => this.renewAll([...renewed], ms));
    this.renewals.set(node, renewals);
    return renewals;
  }

  /**
   * One round trip. If Redis has no memory for new generations, the old ones are deleted, because a missing generation
   * is a miss too.
   */
  private async renewAll(tags: readonly string[], budgetMs: number): Promise<void> {
    const { version } = this.redis;
    const keys = tags.map((tag) => this.keys.generation(tag));
    try {
      await this.redis.overKeys(keys, (client, own) => each(own, (key) => renew(client, key)), budgetMs);
    } catch (error) {
      if (!(error instanceof ErrorReply)) throw error;
      await this.redis.overKeys(keys, (client, own) => each(own, (key) => client.unlink(key)), budgetMs);
    }
    // Otherwise the master that has taken it may have been replaced before, and its successor does not have it.
    this.redis.assertCurrent(version);
  }

  /** `replace` for any number of tags, with a longer budget, because no request waits for it. */
  async replaceMany(tags: readonly string[]): Promise<void> {
    for (let from = 0; from < tags.length; from += BATCH) {
      await this.renewAll(tags.slice(from, from + BATCH), REPAIR_BUDGET_MS);
    }
  }

  /** Removes the epoch of every organisation. SCAN returns each key that exists throughout the scan. */
  async replaceEverything(): Promise<void> {
    const { version } = this.redis;
    const pattern = { MATCH: this.keys.everyEpoch, COUNT: 1_000 };
    for (const node of this.redis.nodes) {
      for await (const keys of scanned(node, pattern, REPAIR_BUDGET_MS))
        await node.run((client) => each(keys, (key) => client.unlink(key)), REPAIR_BUDGET_MS);
    }
    this.redis.assertCurrent(version);
  }

  /**
   * Identifies the server process that answers (`run_id` of INFO). A restarted or promoted server is another process.
   * Rejects for a replica, which may not have received an invalidation that its primary has acknowledged. A cluster is
   * identified by the processes of all its masters and by which of them holds which keys.
   */
  async run(): Promise<string> {
    const { version, slotMap } = this.redis;
    if (slotMap === null) return processOf(this.redis);
    this.redis.assertCurrent(version);
    const processes = await Promise.all(this.redis.nodes.map(masterOf));
    this.redis.assertCurrent(version);
    return hash('sha256', [slotMap, ...processes].join('\n'), 'base64url');
  }
}

async function processOf(node: Pick<RedisNode, 'run'>): Promise<string> {
  const [server, replication] = await node.run(
    (client) => Promise.all([client.info('server'), client.info('replication')]),
    REPAIR_BUDGET_MS,
  );
  if (/^role:slave/m.test(replication)) throw new Error('it is a replica');
  // If the provider hides `run_id`, each connection counts as another process, which is only more cautious than
  // needed.
  return /^run_id:(\S+)/m.exec(server)?.[1] ?? newGeneration();
}

/** The process of a master. Rejects if the master refuses commands, because slots are lost or it has just started. */
async function masterOf(node: RedisNode): Promise<string> {
  const state = await node.run((client) => client.clusterInfo(), REPAIR_BUDGET_MS);
  if (state.state !== 'ok') throw new Error('its cluster is not complete');
  return processOf(node);
}

const each = <T>(keys: readonly string[], command: (key: string) => Promise<T>): Promise<T[]> =>
  Promise.all(keys.map(command));

const renew = (client: RedisClient, key: string) =>
  client.set(key, newGeneration(), { PX: GENERATION_TTL_MS });
