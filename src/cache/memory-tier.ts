import type { CacheEntry } from './cache-entry.js';

/** What one entry costs beside its body and its key: the generations, the objects. An estimate on the high side. */
const OVERHEAD_BYTES = 700;
/** A key holds parameters that a client chose. It is held twice, here and in the entry, of two bytes a character at worst. */
const BYTES_PER_KEY_CHARACTER = 4;

/** The in-process first tier: bytes only, bounded in entries and bytes; the least recently used one goes first. */
export class MemoryTier<E extends CacheEntry = CacheEntry> {
  private readonly entries = new Map<string, E>();
  private held = 0;

  constructor(
    private readonly maxBytes: number,
    private readonly maxEntries: number,
  ) {}

  get(key: string): E | undefined {
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    // A Map iterates in order of insertion: put in again, it is the youngest.
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry;
  }

  /** False: too large to be kept. */
  set(key: string, entry: E): boolean {
    this.delete(key);
    const cost = costOf(key, entry);
    if (cost > this.maxBytes / 8) return false;
    this.entries.set(key, entry);
    this.held += cost;
    for (const oldest of this.entries.keys()) {
      if (this.held <= this.maxBytes && this.entries.size <= this.maxEntries) break;
      this.delete(oldest);
    }
    return true;
  }

  /** With `only`, not when another entry has taken its place meanwhile. */
  delete(key: string, only?: E): void {
    const entry = this.entries.get(key);
    if (!entry || (only && entry !== only)) return;
    this.entries.delete(key);
    this.held -= costOf(key, entry);
  }

  get size(): { entries: number; bytes: number } {
    return { entries: this.entries.size, bytes: this.held };
  }
}

const costOf = (key: string, entry: CacheEntry): number =>
  entry.value.body.length + OVERHEAD_BYTES + BYTES_PER_KEY_CHARACTER * key.length;
