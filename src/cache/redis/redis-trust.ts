import { Logger } from '@nestjs/common';

import type { Redis } from '../../stores/redis/redis.js';
import type { Peers } from '../peers/peers.js';
import type { PendingInvalidations } from '../pending-invalidations.js';
import type { RedisGenerations } from './redis-generations.js';

const RETRY_MS = [50, 100, 250, 500, 1_000] as const;

/**
 * Whether this instance may trust Redis. It may not before it knows which server process answers on the present
 * connection, while an invalidation of its own is pending, or while its peers cannot see it. Of a cluster it has to
 * know that of every master, and which master holds which keys.
 */
export class RedisTrust {
  private readonly logger = new Logger('Cache');
  private run: string | null = null;
  private connection = 0;
  private confirming: Promise<void> | null = null;
  private retry: NodeJS.Timeout | null = null;
  private failures = 0;
  private isClosed = false;

  constructor(
    private readonly redis: Redis,
    private readonly generations: RedisGenerations,
    private readonly pending: PendingInvalidations,
    private readonly peers: Peers | null,
  ) {
    redis.onUnconfirmed(() => {
      this.connection += 1;
      this.run = null;
      void this.confirm();
    });
    redis.onChange((isUp) => {
      if (isUp) void this.confirm();
      else peers?.withdrawTrust();
    });
  }

  /** The server process that this instance trusts, or null. */
  get confirmedRun(): string | null {
    return this.pending.isEmpty && this.redis.isCurrent ? this.run : null;
  }

  /** Keeps tags that could not be written to Redis. This instance does not trust Redis until they are. */
  addPending(tags: readonly string[]): void {
    this.pending.add(tags);
    this.peers?.withdrawTrust();
    this.retryLater();
  }

  addEverythingPending(): void {
    this.pending.addEverything();
    this.addPending([]);
  }

  /** Confirms the server process anew. */
  reconsider(): void {
    this.run = null;
    void this.confirm();
  }

  /**
   * Applies the pending invalidations, then confirms the process. Never rejects. Concurrent callers share one attempt.
   */
  confirm(): Promise<void> {
    this.confirming ??= this.attempt().finally(() => {
      this.confirming = null;
      if (this.confirmedRun === null) this.retryLater();
    });
    return this.confirming;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    if (this.retry) clearTimeout(this.retry);
    await this.confirming;
  }

  private async attempt(): Promise<void> {
    if (this.isClosed) return;
    const connection = this.connection;
    try {
      const run = await this.generations.run();
      while (!this.pending.isEmpty) await this.applyPending();
      this.peers?.settled();
      if (await this.peers?.haveOthersPending()) await this.generations.replaceEverything();
      if (connection === this.connection) this.run = run;
      this.failures = 0;
    } catch (error) {
      this.failures += 1;
      this.logger.debug(`Redis is not trusted yet: ${String(error)}`);
    }
  }

  private async applyPending(): Promise<void> {
    const { tags, everything } = this.pending.take();
    try {
      if (everything) await this.generations.replaceEverything();
      await this.generations.replaceMany(tags);
      this.pending.applied();
    } catch (error) {
      this.pending.failed();
      throw error;
    }
  }

  /**
   * Only while Redis is up. While it is down, `Liveness` announces its return, so a timer would only duplicate that
   * work.
   */
  private retryLater(): void {
    if (this.retry || this.isClosed || !this.redis.liveness.isUp) return;
    const waitMs = RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)] ?? 1_000;
    this.retry = setTimeout(() => {
      this.retry = null;
      void this.confirm();
    }, waitMs);
    this.retry.unref();
  }
}
