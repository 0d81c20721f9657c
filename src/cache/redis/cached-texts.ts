import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';

import { Config } from '../../config/config.js';
import { Redis } from '../../stores/redis/redis.js';
import { scanned } from '../../stores/redis/scanned.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { bySlot } from './redis-keys.js';

const PAGE = 200;
const BUDGET_MS = 2_000;
/** When to search again. A read that began before the erasure may store its answer after the first search. */
const AGAIN_AFTER_MS = 10_000;
const RETRY_AFTER_MS = 5_000;
/** By then every entry has expired. */
const GIVE_UP_AFTER_MS = 90 * 60_000;

/** One page of keys in one slot. ARGV: the texts. */
const FORGET = `
local gone = 0
for _, key in ipairs(KEYS) do
  if redis.call('TYPE', key)['ok'] == 'string' then
    local value = redis.call('GET', key)
    for _, text in ipairs(ARGV) do
      if value and string.find(value, text, 1, true) then
        gone = gone + redis.call('UNLINK', key)
        break
      end
    end
  end
end
return gone`;

/**
 * Removes erased texts from Redis. An entry of an erased account is never served any more, because its tags were
 * replaced. But its bytes would stay in Redis until they expire, an hour later.
 */
@Injectable()
export class CachedTexts implements OnApplicationShutdown {
  private readonly logger = new Logger('Cache');
  private readonly timers = new Set<NodeJS.Timeout>();
  private isClosed = false;

  constructor(
    private readonly redis: Redis,
    private readonly config: Config,
  ) {}

  /**
   * Deletes each value that contains one of these texts, in the background. Searches a second time for values that
   * were being stored during the first. Retries while Redis is away.
   */
  forget(texts: readonly string[]): void {
    if (!this.redis.isConfigured || texts.length === 0) return;
    const startedAt = performance.now();
    void this.attempt(texts, startedAt);
    this.later(AGAIN_AFTER_MS, () => this.attempt(texts, startedAt));
  }

  onApplicationShutdown(): void {
    this.isClosed = true;
    for (const timer of this.timers) clearTimeout(timer);
  }

  private async attempt(texts: readonly string[], startedAt: number): Promise<void> {
    try {
      await this.sweep(texts);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) this.logger.error(error, 'Erased text may still be in Redis');
      if (performance.now() - startedAt < GIVE_UP_AFTER_MS)
        this.later(RETRY_AFTER_MS, () => this.attempt(texts, startedAt));
    }
  }

  private async sweep(texts: readonly string[]): Promise<void> {
    const options = { MATCH: `${this.config.redis.keyPrefix}:*`, COUNT: PAGE };
    const { version } = this.redis;
    for (const node of this.redis.nodes) {
      for await (const page of scanned(node, options, BUDGET_MS)) {
        if (this.isClosed) return;
        for (const { keys } of bySlot(page))
          await node.run((client) => client.eval(FORGET, { keys, arguments: [...texts] }), BUDGET_MS);
      }
    }
    // Otherwise a key may have moved from a node that was not searched yet to one that was.
    this.redis.assertCurrent(version);
  }

  private later(delayMs: number, work: () => Promise<void>): void {
    if (this.isClosed) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      void work();
    }, delayMs);
    this.timers.add(timer.unref());
  }
}
