import { randomBytes } from 'node:crypto';

import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';

import { Config } from '../../config/config.js';
import { Redis } from '../../stores/redis/redis.js';
import type { RedisSubscription } from '../../stores/redis/redis-subscription.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { LiveTuning } from './live-tuning.js';

/** How many heartbeats in a row may be missed. */
const MISSED = 3;

/**
 * Announces on every instance that a channel has something new, and nothing else. The news itself is read from the
 * store that owns it, so a lost message costs time but never an event. Messages go through one channel of Redis. While
 * Redis does not pass them on, subscribers have to poll more often (`isHearing`).
 */
@Injectable()
export class LiveChannels implements OnModuleDestroy {
  private readonly logger = new Logger('Live');
  private readonly instance = randomBytes(6).toString('base64url');
  private readonly listeners = new Map<string, Set<() => void>>();
  private readonly redisChannel: string;
  private subscription: RedisSubscription | null = null;
  private isOpening = false;
  private heardAt: number | null = null;
  private watch: NodeJS.Timeout | null = null;

  constructor(
    config: Config,
    private readonly redis: Redis,
    private readonly tuning: LiveTuning,
  ) {
    this.redisChannel = `${config.redis.keyPrefix}:live`;
  }

  async onModuleDestroy(): Promise<void> {
    this.listeners.clear();
    await this.stop();
  }

  /** Whether messages of other instances arrive. Without a configured Redis there are no other instances. */
  get isHearing(): boolean {
    return !this.redis.isConfigured || this.heardAt !== null;
  }

  /** Call it after the commit. Never throws and waits for nothing, because subscribers also poll. */
  announce(channel: string): void {
    this.wake(channel);
    this.publish(channel);
  }

  /**
   * `wake` is called for each announcement, and whenever some may have been missed. Returns a function that ends the
   * subscription.
   */
  subscribe(channels: readonly string[], wake: () => void): () => void {
    for (const channel of channels) {
      const ofChannel = this.listeners.get(channel) ?? new Set();
      this.listeners.set(channel, ofChannel.add(wake));
    }
    this.start();
    return () => {
      for (const channel of channels) {
        const ofChannel = this.listeners.get(channel);
        ofChannel?.delete(wake);
        if (ofChannel?.size === 0) this.listeners.delete(channel);
      }
      if (this.listeners.size === 0) void this.stop();
    };
  }

  private publish(channel: string): void {
    if (!this.redis.isConfigured) return;
    const message = `${this.instance}:${channel}`;
    this.redis
      .run((client) => client.publish(this.redisChannel, message))
      .catch((error: unknown) => {
        if (!(error instanceof StoreUnavailable)) this.logger.warn({ err: error }, 'Redis refuses a message');
      });
  }

  private hear(message: string): void {
    const at = message.indexOf(':');
    const channel = message.slice(at + 1);
    if (message.slice(0, at) !== this.instance) this.wake(channel);
    else if (channel === '') this.heartbeatHeard();
  }

  private heartbeatHeard(): void {
    const wasHearing = this.heardAt !== null;
    this.heardAt = performance.now();
    if (!wasHearing) this.wakeAll();
  }

  private start(): void {
    if (!this.redis.isConfigured || this.watch) return;
    this.watch = setInterval(() => this.look(), this.tuning.heartbeatMs).unref();
    this.look();
  }

  private async stop(): Promise<void> {
    if (this.watch) clearInterval(this.watch);
    this.watch = null;
    await this.drop();
  }

  /** Opens a missing subscription, abandons a silent one, and sends the next heartbeat. */
  private look(): void {
    const isSilent =
      this.heardAt !== null && performance.now() - this.heardAt > this.tuning.heartbeatMs * MISSED;
    if (this.subscription && !this.isOpening && (isSilent || !this.subscription.isOpen)) void this.drop();
    if (!this.subscription) void this.open();
    else if (!this.isOpening) this.publish('');
  }

  private async open(): Promise<void> {
    const subscription = this.redis.subscription(this.redisChannel);
    if (!subscription) return;
    this.subscription = subscription;
    this.isOpening = true;
    try {
      await subscription.open((message) => this.hear(message));
      this.publish('');
    } catch (error) {
      this.logger.debug(error);
      if (this.subscription === subscription) this.subscription = null;
    } finally {
      this.isOpening = false;
    }
  }

  private async drop(): Promise<void> {
    const { subscription } = this;
    this.subscription = null;
    const wasHearing = this.heardAt !== null;
    this.heardAt = null;
    if (wasHearing) this.wakeAll();
    await subscription?.close();
  }

  private wake(channel: string): void {
    for (const wake of this.listeners.get(channel) ?? []) wake();
  }

  private wakeAll(): void {
    for (const channel of this.listeners.keys()) this.wake(channel);
  }
}
