import { CACHE_MANAGER } from '@nestjs/cache-manager';
import { Inject, Injectable } from '@nestjs/common';
import type { Cache } from 'cache-manager';

import { SharedTier, type Lookup } from './shared-tier.js';
import { epochsOf } from './tags.js';

/** A value under an explicit key, with the generations that its tags had before it was loaded. */
export interface Kept {
  run: string;
  generations: readonly string[];
  value: unknown;
}

/** What is read: for example `transactions:user123` of an organisation, depending on `tags`. */
export interface ExplicitRequest {
  orgId: string;
  name: string;
  tags: readonly string[];
  ttlMs: number;
}

/**
 * Reads through explicit keys in Nest's `CACHE_MANAGER`, whose names other code may know. A value is stored with the
 * generations of its tags, and each read compares them. So a write makes the value a miss on every instance, and a
 * value that a slow reader stores late is never served. If the generations cannot be read, there is no hit.
 */
@Injectable()
export class ExplicitCache {
  constructor(
    @Inject(CACHE_MANAGER) private readonly cache: Cache,
    private readonly shared: SharedTier,
  ) {}

  /** Rejects only if `load` does. `value` is JSON. */
  async read<T>(request: ExplicitRequest, load: () => Promise<T>): Promise<{ value: T; isHit: boolean }> {
    const deadline = performance.now() + this.shared.readBudgetMs;
    const tags = dependenciesOf(request);
    const seen = await this.shared.see(tags, null, deadline);
    if (!seen) return { value: await load(), isHit: false };
    const key = keyOf(request);
    const kept = await this.cache.get<Kept>(key);
    if (kept && isValid(kept, seen)) return { value: kept.value as T, isHit: true };
    const generations = await this.shared.complete(tags, seen, deadline);
    const value = await load();
    if (generations) await this.cache.set(key, { run: seen.run, generations, value }, request.ttlMs);
    return { value, isHit: false };
  }
}

/** The key in `CACHE_MANAGER`. */
export const keyOf = ({ orgId, name }: Pick<ExplicitRequest, 'orgId' | 'name'>): string => `${orgId}:${name}`;

/** The tags whose generations decide whether a value is valid. */
export const dependenciesOf = ({ tags }: Pick<ExplicitRequest, 'tags'>): string[] => [
  ...epochsOf(tags),
  ...tags,
];

/** Whether a value is served if its tags have these generations now. */
export const isValid = (kept: Kept, now: Pick<Lookup, 'run' | 'generations'>): boolean =>
  kept.run === now.run &&
  kept.generations.length === now.generations.length &&
  kept.generations.every((generation, index) => generation === now.generations[index]);
