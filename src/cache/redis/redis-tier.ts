import { Logger } from '@nestjs/common';
import { commandOptions, ErrorReply } from 'redis';

import { BudgetExceeded } from '../../stores/redis/redis-connection.js';
import type { Redis } from '../../stores/redis/redis.js';
import type { Postgres } from '../../stores/postgres/postgres.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { type CacheEntry, decodeEntry, encodeEntry, isCurrent } from '../cache-entry.js';
import type { CacheStats } from '../cache-stats.js';
import { Peers } from '../peers/peers.js';
import { PendingInvalidations } from '../pending-invalidations.js';
import {
  type EntryName,
  type LoadLease,
  type Lookup,
  type PendingFigures,
  SharedTier,
} from '../shared-tier.js';
import { Breaker } from './breaker.js';
import { RedisGenerations } from './redis-generations.js';
import { RedisKeys } from './redis-keys.js';
import { RedisTrust } from './redis-trust.js';

/** Other instances do not wait for a load that takes longer. */
const LEASE_MS = 5_000;
const LEASE_WAIT_MS = 200;
const LEASE_POLL_MS = 10;
/** The budget that remains for a further round trip after this process itself has used up the time. */
const MIN_BUDGET_MS = 5;
const MAX_ENTRY_BYTES = 1_048_576;

const BUFFERS = commandOptions({ returnBuffers: true });

/** How long a read may wait for Redis, all its round trips together, and how long an invalidation may. */
export interface RedisBudget {
  readMs: number;
  writeMs: number;
}

/** Generations and entries in Redis, for any number of instances. Failures of Redis become misses, never errors. */
export class RedisTier extends SharedTier {
  private readonly logger = new Logger('Cache');
  private readonly pendingInvalidations = new PendingInvalidations();
  private readonly breaker = new Breaker();
  private readonly keys: RedisKeys;
  private readonly generations: RedisGenerations;
  private readonly trust: RedisTrust;
  private readonly peers: Peers | null;
  /** Operations under way. */
  private readonly asked = new Set<Promise<unknown>>();
  private isClosed = false;

  /** `database` null: there is no second path to the other instances. */
  constructor(
    private readonly redis: Redis,
    prefix: string,
    private readonly stats: CacheStats,
    private readonly budget: RedisBudget = { readMs: 40, writeMs: 50 },
    database: { postgres: Postgres; url: string } | null = null,
  ) {
    super();
    this.keys = new RedisKeys(prefix);
    this.generations = new RedisGenerations(redis, this.keys);
    this.peers =
      database &&
      new Peers(database.postgres, database.url, prefix, {
        apply: (tags) => this.replaceFor(tags),
        unseen: () => this.trust.reconsider(),
      });
    this.trust = new RedisTrust(redis, this.generations, this.pendingInvalidations, this.peers);
  }

  get isTrusted(): boolean {
    return this.trust.confirmedRun !== null;
  }

  get isBreakerOpen(): boolean {
    return this.breaker.isOpen;
  }

  get readBudgetMs(): number {
    return this.budget.readMs;
  }

  get pending(): PendingFigures {
    return this.pendingInvalidations.size;
  }

  override async see(
    tags: readonly string[],
    name: EntryName | null,
    deadline: number,
  ): Promise<Lookup | null> {
    const run = this.trust.confirmedRun;
    if (run === null || this.breaker.isOpen) return null;
    return this.attemptUnder(run, async () => {
      const budgetMs = left(deadline);
      if (name === null)
        return { run, generations: await this.generations.read(tags, budgetMs), entry: null };
      const key = this.keys.entry(name);
      const { bytes, generations } = await this.generations.readWith(key, tags, budgetMs);
      return { run, generations, entry: bytes && decodeEntry(bytes, key) };
    });
  }

  override async complete(
    tags: readonly string[],
    { run, generations }: Lookup,
    deadline: number,
  ): Promise<readonly string[] | null> {
    if (isComplete(generations)) return generations;
    return this.attemptUnder(run, () => this.generations.make(tags, generations, left(deadline)));
  }

  override async leaseLoad(
    tags: readonly string[],
    name: EntryName,
    seen: Lookup,
    deadline: number,
  ): Promise<LoadLease | null> {
    return this.attempt(async () => {
      const entryKey = this.keys.entry(name);
      const claimed = await this.lease(entryKey, tags, seen, deadline);
      if (!claimed) return null;
      const { generations, isMine } = claimed;
      const lease = this.keys.lease(entryKey, generations);
      const entry = isMine ? null : await this.entryOfOther(entryKey, lease, seen, generations);
      return { generations, entry };
    });
  }

  override async settle(name: EntryName, loadLease: LoadLease, entry: CacheEntry | null): Promise<void> {
    const key = this.keys.entry(name);
    const lease = this.keys.lease(key, loadLease.generations);
    await this.attempt(() =>
      this.redis.at(key).run(async (client) => {
        const kept = entry && entry.value.body.length <= MAX_ENTRY_BYTES ? encodeEntry(entry, key) : null;
        const ttlMs = entry ? Math.max(1, entry.expiresAt - entry.storedAt + entry.graceMs) : 0;
        await Promise.all([kept && client.set(key, kept, { PX: ttlMs }), client.unlink(lease)]);
      }, this.budget.writeMs),
    );
  }

  override async replace(tags: readonly string[]): Promise<boolean> {
    try {
      await this.generations.replace(tags, this.budget.writeMs);
      return true;
    } catch (error) {
      this.trust.addPending(tags);
      this.note(error);
      return (await this.peers?.requestInvalidation(tags, () => this.pendingInvalidations.isEmpty)) ?? false;
    }
  }

  override open(): Promise<void> {
    return this.trust.confirm();
  }

  override async close(): Promise<void> {
    this.isClosed = true;
    await this.trust.close();
    this.peers?.close();
    await Promise.all(this.asked);
  }

  /**
   * On behalf of another instance. If it fails, the invalidation is pending here too, because this instance knows of a
   * write that Redis does not.
   */
  private async replaceFor(tags: readonly string[] | null): Promise<boolean> {
    try {
      if (tags) await this.generations.replace(tags, this.budget.writeMs);
      else await this.generations.replaceEverything();
      return true;
    } catch (error) {
      if (tags) this.trust.addPending(tags);
      else this.trust.addEverythingPending();
      this.note(error);
      return false;
    }
  }

  /** Takes the lease, in one round trip unless generations are missing in more than one slot. */
  private async lease(
    entryKey: string,
    tags: readonly string[],
    seen: Lookup,
    deadline: number,
  ): Promise<{ generations: readonly string[]; isMine: boolean } | null> {
    if (!isComplete(seen.generations)) {
      const both = await this.generations.makeWithLease(entryKey, tags, LEASE_MS, left(deadline));
      if (both) return both;
    }
    const generations = await this.complete(tags, seen, deadline);
    if (!generations) return null;
    const options = { NX: true, PX: LEASE_MS } as const;
    const lease = this.keys.lease(entryKey, generations);
    const isMine = await this.redis
      .at(lease)
      .run((client) => client.set(lease, '1', options), left(deadline));
    return { generations, isMine: isMine !== null };
  }

  /** Waits, up to a limit, for the instance that holds the lease. Null: that instance gave up, or took too long. */
  private async entryOfOther(
    entryKey: string,
    lease: string,
    seen: Lookup,
    generations: readonly string[],
  ): Promise<CacheEntry | null> {
    const giveUpAt = performance.now() + LEASE_WAIT_MS;
    while (performance.now() < giveUpAt) {
      await new Promise((resolve) => setTimeout(resolve, LEASE_POLL_MS));
      const [bytes, holder] = await this.redis
        .at(entryKey)
        .run((client) => client.mGet(BUFFERS, [entryKey, lease]));
      const entry = bytes ? decodeEntry(bytes, entryKey) : null;
      if (entry && isCurrent(entry, seen.run, generations) && !isSame(entry, seen.entry)) return entry;
      if (!holder) return null;
    }
    return null;
  }

  /** Null if this process is no longer trusted, because the answer may have come from its successor. */
  private async attemptUnder<T>(run: string, ask: () => Promise<T>): Promise<T | null> {
    const answer = await this.attempt(ask);
    return this.trust.confirmedRun === run ? answer : null;
  }

  private async attempt<T>(ask: () => Promise<T>): Promise<T | null> {
    if (this.isClosed) return null;
    const asking = this.answer(ask);
    this.asked.add(asking);
    try {
      return await asking;
    } finally {
      this.asked.delete(asking);
    }
  }

  private async answer<T>(ask: () => Promise<T>): Promise<T | null> {
    try {
      const answer = await ask();
      this.breaker.succeeded();
      return answer;
    } catch (error) {
      this.note(error);
      return null;
    }
  }

  private note(error: unknown): void {
    if (error instanceof StoreUnavailable) {
      if (!(error.cause instanceof BudgetExceeded)) return;
      this.breaker.overran();
      this.stats.budgetOverran();
      return;
    }
    this.stats.redisRefused();
    if (error instanceof ErrorReply) this.logger.debug(`Redis refused a command: ${error.message}`);
    else this.logger.error(error);
  }
}

const isComplete = (generations: readonly (string | null)[]): generations is readonly string[] =>
  !generations.includes(null);

/** Whether the entry found is still the expired one that the load is to replace. */
const isSame = (entry: CacheEntry, seen: CacheEntry | null): boolean =>
  entry.storedAt === seen?.storedAt && entry.expiresAt === seen.expiresAt;

const left = (deadline: number): number => Math.max(MIN_BUDGET_MS, deadline - performance.now());
