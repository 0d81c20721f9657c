import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

import { areSame, type GenerationsSeen, TagGenerations } from '../../../cache/tag-generations.js';
import { StoreUnavailable } from '../../../stores/store-unavailable.js';
import { tagsOfSnapshot } from '../flag-tags.js';
import type { FlagSnapshot } from './flag-snapshot.js';
import { SnapshotLoader } from './snapshot-loader.service.js';

const MAX_ORGANIZATIONS = 1_000;

/** A snapshot, and what the tags were before it was loaded; null: Redis could not be asked. */
interface Held {
  snapshot: FlagSnapshot;
  seen: GenerationsSeen | null;
}

interface Start {
  seen: GenerationsSeen | null;
  /** It reads, so that it may have missed what was written since. */
  isStarted: boolean;
}

interface Load extends Start {
  held: Promise<Held>;
}

export interface CurrentFlags {
  snapshot: FlagSnapshot;
  /** The stores are away: it is the last that this instance knows. */
  isStale: boolean;
}

/**
 * The flags of each organisation in memory. An evaluation that starts after a change was answered sees it, on every instance:
 * each asks for the tag generations once, and loads only where they have moved. Without Redis each asks MongoDB which versions
 * there are. Without both, the last good snapshot goes on.
 */
@Injectable()
export class FlagSnapshots {
  private readonly held = new LRUCache<string, Held>({ max: MAX_ORGANIZATIONS });
  private readonly loads = new Map<string, Load>();

  constructor(
    private readonly generations: TagGenerations,
    private readonly loader: SnapshotLoader,
  ) {}

  /** Rejects with `StoreUnavailable` where the stores are away and this instance has never seen the flags. */
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
    // Equal generations: no write was answered between the two looks, so that the running load shows what this one would.
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

  /** After the one before it, so that it needs to read only what has changed since. */
  private async run(orgId: string, start: Start, before: Load | undefined): Promise<Held> {
    await before?.held.catch(() => undefined);
    start.isStarted = true;
    const last = this.held.get(orgId);
    const held = { snapshot: await this.loader.load(orgId, last?.snapshot ?? null), seen: start.seen };
    this.held.set(orgId, held);
    return held;
  }
}
