import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

import { areSame, type GenerationsSeen, TagGenerations } from '../../../cache/tag-generations.js';
import { StoreUnavailable } from '../../../stores/store-unavailable.js';
import { tagsOfSnapshot } from '../flag-tags.js';
import type { FlagSnapshot } from './flag-snapshot.js';
import { SnapshotLoader } from './snapshot-loader.service.js';

const MAX_ORGANIZATIONS = 1_000;

/** A snapshot, and the generations of its tags before it was loaded. Null: Redis could not be asked. */
interface Held {
  snapshot: FlagSnapshot;
  seen: GenerationsSeen | null;
}

interface Start {
  seen: GenerationsSeen | null;
  /** The load has begun to read, so it may have missed a later write. */
  isStarted: boolean;
}

interface Load extends Start {
  held: Promise<Held>;
}

export interface CurrentFlags {
  snapshot: FlagSnapshot;
  /** The stores are away, so this is the last snapshot of this instance. */
  isStale: boolean;
}

/**
 * The flags of each organisation in memory. An evaluation that starts after a change was answered sees the change, on
 * every instance. For that, an instance reads the tag generations once for each evaluation, and loads only if they
 * have changed. Without Redis it asks MongoDB for the present versions. Without both, it uses the last good snapshot.
 */
@Injectable()
export class FlagSnapshots {
  private readonly held = new LRUCache<string, Held>({ max: MAX_ORGANIZATIONS });
  private readonly loads = new Map<string, Load>();

  constructor(
    private readonly generations: TagGenerations,
    private readonly loader: SnapshotLoader,
  ) {}

  /** Rejects with `StoreUnavailable` if the stores are away and this instance has never loaded the flags. */
  async current(orgId: string): Promise<CurrentFlags> {
    const seen = await this.generations.see(tagsOfSnapshot(orgId));
    const held = this.held.get(orgId);
    if (held && areSame(held.seen, seen)) return { snapshot: held.snapshot, isStale: false };
    try {
      return { snapshot: (await this.load(orgId, seen)).snapshot, isStale: false };
    } catch (error) {
      const last = this.held.get(orgId);
      if (error instanceof StoreUnavailable && last) return { snapshot: last.snapshot, isStale: true };
      throw error;
    }
  }

  private load(orgId: string, seen: GenerationsSeen | null): Promise<Held> {
    const running = this.loads.get(orgId);
    // If the generations are equal, no write was answered between the two lookups, so the running load returns the
    // same as a new one would.
    if (running && (!running.isStarted || areSame(running.seen, seen))) return running.held;
    const start: Start = { seen, isStarted: false };
    const load: Load = Object.assign(start, { held: this.run(orgId, start, running) });
    this.loads.set(orgId, load);
    const forget = (): void => {
      if (this.loads.get(orgId) === load) this.loads.delete(orgId);
    };
    load.held.then(forget, forget);
    return load.held;
  }

  /** Runs after the previous load, so that it needs to read only the changes since. */
  private async run(orgId: string, start: Start, before: Load | undefined): Promise<Held> {
    await before?.held.catch(() => undefined);
    start.isStarted = true;
    const last = this.held.get(orgId);
    const held = { snapshot: await this.loader.load(orgId, last?.snapshot ?? null), seen: start.seen };
    this.held.set(orgId, held);
    return held;
  }
}
