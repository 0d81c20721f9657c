import { LRUCache } from 'lru-cache';

import type { CacheEntry } from './cache-entry.js';

/** What one entry costs beside its body and its key: the generations, the objects. An estimate on the high side. */
const OVERHEAD_BYTES = 700;
/** A key holds parameters that a client chose. It is held twice, here and in the entry, of two bytes a character at worst. */
const BYTES_PER_KEY_CHARACTER = 4;

/** The in-process first tier: bytes only, bounded in entries and bytes; the least recently used one goes first. */
export class MemoryTier<E extends CacheEntry = CacheEntry> {
  // Not a Map that a read puts its entry into anew: V8 leaves a hole each time, and a hot key then costs 10 µs and more.
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

  /** False: too large to be kept. */
  set(key: string, entry: E): boolean {
    this.entries.set(key, entry);
    return costOf(key, entry) <= this.maxEntryBytes;
  }

  /** With `only`, not when another entry has taken its place meanwhile. */
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
