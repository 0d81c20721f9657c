import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';

import { DomainError } from '../common/errors/domain-error.js';
import { Clock } from '../common/time/clock.js';
import { outsideTransaction } from '../stores/postgres/transaction-scope.js';
import { StoreUnavailable } from '../stores/store-unavailable.js';
import { type CacheEntry, type CacheValue, isCurrent } from './cache-entry.js';
import { type CacheRead, type CacheRequest, dependenciesOf } from './cache-request.js';
import { CacheStats } from './cache-stats.js';
import { type LoadResult, SingleFlightLoad } from './single-flight-load.js';
import { answered, type HeldEntry, heldEntry, isKeepable, isWithinGrace } from './held-entry.js';
import { fromJson, toJson } from './json-value.js';
import { KnownInvalidations } from './known-invalidations.js';
import { MemoryTier } from './memory-tier.js';
import { type EntryName, type Lookup, SharedTier } from './shared-tier.js';

const MAX_BYTES = 32 * 1_048_576;
const MAX_ENTRIES = 20_000;

type Load = () => Promise<CacheValue>;

/** One read under way. */
interface Ask {
  request: CacheRequest;
  name: string;
  tags: readonly string[];
  present: number;
  now: number;
  since: number;
  deadline: number;
}

/** What the tiers know about a request. */
export interface CacheLookup {
  ask: Ask;
  /** An answer that may be served now. */
  hit: CacheRead | null;
  /** Null: the shared tier could not be asked. */
  seen: Lookup | null;
  /** An entry that may be served if the store of the load is away. */
  fallback: HeldEntry | undefined;
}

/**
 * The cache. A read that starts after `invalidate` has returned true is never answered with data from before it, on
 * any instance. A Redis that is dead, frozen or slow costs a miss and never an error. See `docs/caching.md`.
 */
@Injectable()
export class TaggedCache implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly memory = new MemoryTier<HeldEntry>(MAX_BYTES, MAX_ENTRIES);
  private readonly loads = new Map<string, SingleFlightLoad>();
  private readonly known = new KnownInvalidations();

  constructor(
    private readonly shared: SharedTier,
    private readonly stats: CacheStats,
    private readonly clock: Clock,
  ) {
    stats.observe(() => {
      const { isTrusted, pending, isBreakerOpen } = shared;
      return { ...this.memory.size, isTrusted, pending, isBreakerOpen };
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.shared.open();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.shared.close();
  }

  /** Answers from a tier, or from `load`. Rejects only if `load` does. */
  async read(request: CacheRequest, load: Load): Promise<CacheRead> {
    return this.finish(await this.lookUp(request), load);
  }

  /** The first half of `read`: one round trip, or two if memory holds what is no longer current. Never rejects. */
  async lookUp(request: CacheRequest): Promise<CacheLookup> {
    const ask = this.askOf(request);
    const { name, tags, now, since, deadline } = ask;
    const first = this.memory.get(name);
    if (first && first.run !== null && first.expiresAt > now) {
      const seen = await this.shared.see(dependenciesOfHeld(first, tags), null, deadline);
      if (!seen) return { ask, hit: null, seen, fallback: first };
      if (isCurrent(first, seen.run, seen.generations)) return hitOf(ask, seen, first, 'memory');
      this.memory.delete(name, first);
    }
    const seen = await this.shared.see(tags, request, deadline);
    const found = seen?.entry;
    if (seen && found && isCurrent(found, seen.run, seen.generations)) {
      const held = { ...found, since };
      this.memory.set(name, held);
      return found.expiresAt > now
        ? hitOf(ask, seen, held, 'redis')
        : { ask, hit: null, seen, fallback: held };
    }
    return { ask, hit: null, seen, fallback: this.fallbackOf(name, seen) };
  }

  /** The second half of `read`. To be called at most once for each lookup. Rejects only if `load` does. */
  async finish(lookup: CacheLookup, load: Load): Promise<CacheRead> {
    return this.serve(lookup, lookup.hit ?? (await this.load(lookup, load)));
  }

  /** `finish` for a hit. */
  serve({ ask }: CacheLookup, read: CacheRead): CacheRead {
    this.stats.answered(ask.request.route ?? 'other', read);
    return read;
  }

  /** What memory holds for a request. It may be outdated, so it must not be served. */
  peek({ orgId, key }: EntryName): CacheValue | null {
    return this.memory.get(`${orgId}|${key}`)?.value ?? null;
  }

  /** `read` for small JSON. A `null` is not kept. The result is frozen, and every hit returns the same object. */
  async readJson<T>(request: CacheRequest, load: () => Promise<T>): Promise<T> {
    const { value } = await this.read(request, async () => toJson(await load()));
    return fromJson<T>(value);
  }

  /**
   * Makes every entry that depends on one of these tags a miss, on every instance. To be called after the commit and
   * before the answer. Never rejects. False: neither this instance nor a peer that trusts Redis could write the tags
   * to Redis. Then an instance applies them before it trusts Redis.
   */
  async invalidate(tags: readonly string[]): Promise<boolean> {
    if (tags.length === 0) return true;
    this.known.note(tags);
    const isDone = await this.shared.replace(tags);
    this.stats.invalidated(isDone);
    return isDone;
  }

  private askOf(request: CacheRequest): Ask {
    const { all: tags, present } = dependenciesOf(request);
    const name = `${request.orgId}|${request.key}`;
    const deadline = performance.now() + this.shared.readBudgetMs;
    return { request, name, tags, present, now: this.now(), since: this.known.now, deadline };
  }

  private fallbackOf(name: string, seen: Lookup | null): HeldEntry | undefined {
    const held = this.memory.get(name);
    if (!seen || !held || isCurrent(held, seen.run, seen.generations)) return held;
    // Redis says that a tag was replaced since, so this entry must not be served even if the store is down.
    this.memory.delete(name, held);
    return undefined;
  }

  private load({ ask, seen, fallback }: CacheLookup, load: Load): Promise<CacheRead> {
    // Other reads may share the result, so the load must not see what a transaction has written and not committed.
    const loadOutside = (): Promise<CacheValue> => outsideTransaction(load);
    return seen ? this.loadShared(ask, loadOutside, seen, fallback) : this.bypass(ask, loadOutside, fallback);
  }

  private async loadShared(
    ask: Ask,
    load: Load,
    seen: Lookup,
    fallback: HeldEntry | undefined,
  ): Promise<CacheRead> {
    const current = this.loads.get(ask.name);
    const joined = current?.isFor(seen) ? current : null;
    const singleFlight = joined ?? this.startLoad(ask, load, seen);
    try {
      const { entry, isStored, fromOther } = await singleFlight.result;
      const outcome = joined || fromOther ? 'coalesced' : 'miss';
      return answered(entry, outcome, fromOther ? 'redis' : 'load', this.now(), isStored);
    } catch (error) {
      return this.recover(ask, fallback, error);
    }
  }

  private startLoad(ask: Ask, load: Load, seen: Lookup): SingleFlightLoad {
    const singleFlight = new SingleFlightLoad(seen, (self) => this.runLoad(ask, load, seen, self));
    this.loads.set(ask.name, singleFlight);
    const end = (): void => {
      if (this.loads.get(ask.name) === singleFlight) this.loads.delete(ask.name);
    };
    singleFlight.result.then(end, end);
    return singleFlight;
  }

  private async runLoad(
    ask: Ask,
    load: Load,
    seen: Lookup,
    singleFlight: SingleFlightLoad,
  ): Promise<LoadResult> {
    const loadLease = await this.shared.leaseLoad(ask.tags, ask.request, seen, ask.deadline);
    singleFlight.leased(loadLease?.generations ?? null);
    if (loadLease?.entry) return this.keepOther(ask, loadLease.entry);
    let entry: HeldEntry | null = null;
    try {
      const value = await load();
      entry = heldEntry(
        ask,
        value,
        this.now(),
        loadLease && { run: seen.run, generations: loadLease.generations },
      );
      const isKept = this.keep(ask.name, entry);
      return { entry, isStored: isKept && entry.run !== null, fromOther: false };
    } finally {
      // Not awaited, because only the next read needs the stored entry. Never rejects.
      if (loadLease)
        void this.shared.settle(ask.request, loadLease, entry && isKeepable(entry) ? entry : null);
    }
  }

  private keepOther(ask: Ask, found: CacheEntry): LoadResult {
    const entry = { ...found, since: ask.since };
    return { entry, isStored: this.keep(ask.name, entry), fromOther: true };
  }

  /** Redis cannot be asked, so the value is loaded for this read only, and kept only in case the store fails. */
  private async bypass(ask: Ask, load: Load, fallback: HeldEntry | undefined): Promise<CacheRead> {
    try {
      const entry = heldEntry(ask, await load(), this.now(), null);
      this.keep(ask.name, entry);
      return answered(entry, 'bypass', 'load', entry.storedAt);
    } catch (error) {
      return this.recover(ask, fallback, error);
    }
  }

  /**
   * stale-if-error (RFC 5861, section 4): only if the store is away, within the grace period, and after no known
   * write.
   */
  private recover(ask: Ask, held: HeldEntry | undefined, error: unknown): CacheRead {
    if (error instanceof StoreUnavailable) {
      const isRefuted = held && this.known.hasSince(held.since, ask.tags.slice(0, ask.present));
      if (held && !isRefuted && isWithinGrace(held, this.now()))
        return answered(held, 'stale', 'memory', this.now());
    }
    // The store has answered differently, so the old entry must not be served when the store goes away later.
    else if (error instanceof DomainError) this.memory.delete(ask.name);
    throw error;
  }

  private keep(name: string, entry: HeldEntry): boolean {
    if (!isKeepable(entry)) {
      this.memory.delete(name);
      return false;
    }
    this.stats.stored(entry.value.body.length);
    return this.memory.set(name, entry);
  }

  private now(): number {
    return this.clock.now().getTime();
  }
}

const hitOf = (ask: Ask, seen: Lookup, held: HeldEntry, tier: 'memory' | 'redis'): CacheLookup => ({
  ask,
  hit: answered(held, 'hit', tier, ask.now),
  seen,
  fallback: held,
});

const dependenciesOfHeld = (held: HeldEntry, tags: readonly string[]): readonly string[] =>
  held.generations.length === tags.length ? tags : tags.slice(0, held.generations.length);
