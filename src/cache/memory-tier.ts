import { LRUCache } from 'lru-cache';

import type { CacheEntry } from './cache-entry.js';

/** Estimated cost of one entry besides its body and key (generations, objects), on the high side. */
const OVERHEAD_BYTES = 700;
/**
 * A key contains parameters that a client chose. Both this map and the entry hold it, at up to two bytes a character.
 */
const BYTES_PER_KEY_CHARACTER = 4;

/**
 * The in-process memory tier. It holds bytes only, is bounded in entries and in bytes, and evicts the least recently
 * used entry.
 */
export class MemoryTier<E extends CacheEntry = CacheEntry> {
  // Not a Map that re-inserts an entry on each read. V8 leaves a hole each time, and then a hot key costs 10 µs and
  // more.
  private readonly entries: LRUCache<string, E>;
  private readonly maxEntryBytes: number;

  constructor(maxBytes: number, maxEntries: number) {
    this.maxEntryBytes = Math.floor(maxBytes / 8);
    this.entries = new LRUCache({
      max: maxEntries,
      maxSize: maxBytes,
      maxEntrySize: this.maxEntryBytes,
      sizeCalculation: (entry, key) => costOf(key, entry),
    });
  }

  get(key: string): E | undefined {
    return this.entries.get(key);
  }

  /** False: the entry is too large to be kept. */
  set(key: string, entry: E): boolean {
    this.entries.set(key, entry);
    return costOf(key, entry) <= this.maxEntryBytes;
  }

  /** With `only`, deletes nothing if another entry has replaced it meanwhile. */
  delete(key: string, only?: E): void {
    if (only && this.entries.peek(key) !== only) return;
    this.entries.delete(key);
  }

  get size(): { entries: number; bytes: number } {
    return { entries: this.entries.size, bytes: this.entries.calculatedSize };
  }
}

const costOf = (key: string, entry: CacheEntry): number =>
  entry.value.body.length + OVERHEAD_BYTES + BYTES_PER_KEY_CHARACTER * key.length;
