import type { Redis } from '../../stores/redis/redis.js';
import { inSlots } from './in-slots.js';
import { SharedTurn } from './shared-turn.js';

/**
 * Sends the reads of one turn of the event loop together, each key once. Under load most of a hit's cost is the
 * commands, and most requests read the same few generations. A read never joins a batch that was sent already, so it
 * sees every write that was acknowledged before the read began.
 */
export class BatchedRead {
  private readonly turn: SharedTurn<string, ReadonlyMap<string, string | null>>;

  constructor(private readonly redis: Redis) {
    this.turn = new SharedTurn((keys, budgetMs) => this.send([...keys], budgetMs));
  }

  /** The values in the order of their keys. Rejects as `Redis.run` does, for all readers of a batch alike. */
  async read(keys: readonly string[], budgetMs: number): Promise<(string | null)[]> {
    const values = await this.turn.add(keys, budgetMs);
    return keys.map((key) => values.get(key) ?? null);
  }

  private async send(keys: string[], budgetMs: number): Promise<ReadonlyMap<string, string | null>> {
    const values = await this.redis.overKeys(
      keys,
      (client, own) => inSlots(own, (group) => client.mGet(group)),
      budgetMs,
    );
    return new Map(keys.map((key, index) => [key, values[index] ?? null]));
  }
}
