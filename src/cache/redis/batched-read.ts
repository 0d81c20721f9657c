import type { Redis } from '../../stores/redis/redis.js';
import { inSlots } from './in-slots.js';

interface Batch {
  keys: Set<string>;
  budgetMs: number;
  values: Promise<ReadonlyMap<string, string | null>>;
}

/**
 * Sends the reads of one turn of the event loop together, each key once. Under load most of a hit's cost is the
 * commands, and most requests read the same few generations. A read never joins a batch that was sent already, so it
 * sees every write that was acknowledged before the read began.
 */
export class BatchedRead {
  private waiting: Batch | null = null;

  constructor(private readonly redis: Redis) {}

  /** The values in the order of their keys. Rejects as `Redis.run` does, for all readers of a batch alike. */
  async read(keys: readonly string[], budgetMs: number): Promise<(string | null)[]> {
    const batch = (this.waiting ??= this.begin());
    batch.budgetMs = Math.min(batch.budgetMs, budgetMs);
    for (const key of keys) batch.keys.add(key);
    const values = await batch.values;
    return keys.map((key) => values.get(key) ?? null);
  }

  private begin(): Batch {
    const keys = new Set<string>();
    // Waits until the sockets of this turn were read, so that the batch includes every request that has arrived by
    // now.
    const turn = new Promise<void>((resolve) => setImmediate(resolve));
    return { keys, budgetMs: Infinity, values: turn.then(() => this.send()) };
  }

  private async send(): Promise<ReadonlyMap<string, string | null>> {
    const { keys: asked, budgetMs } = this.waiting ?? { keys: [], budgetMs: 0 };
    this.waiting = null;
    const keys = [...asked];
    const values = await this.redis.overKeys(
      keys,
      (client, own) => inSlots(own, (group) => client.mGet(group)),
      budgetMs,
    );
    return new Map(keys.map((key, index) => [key, values[index] ?? null]));
  }
}
