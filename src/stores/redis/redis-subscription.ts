import { Logger } from '@nestjs/common';
import { createClient } from 'redis';

import { redisOptions, type RedisServer } from './redis-options.js';

const OPEN_WITHIN_MS = 1_000;

/** The owner of the subscription decides when to open another one. */
const createSubscriber = (server: RedisServer) => createClient(redisOptions(server));

/**
 * Listens to one channel of Redis on a connection of its own. It never reconnects; after a loss the owner opens a new
 * one. Every node of a cluster passes on the messages that any node receives.
 */
export class RedisSubscription {
  private readonly logger = new Logger('Redis');
  private readonly client: ReturnType<typeof createSubscriber>;

  constructor(
    server: RedisServer,
    private readonly channel: string,
  ) {
    this.client = createSubscriber(server);
    this.client.on('error', (error: Error) => this.logger.debug(error.message));
  }

  /** Rejects if Redis does not answer within a second. */
  async open(hear: (message: string) => void): Promise<void> {
    const giveUp = setTimeout(() => void this.close(), OPEN_WITHIN_MS);
    try {
      await this.client.connect();
      await this.client.subscribe(this.channel, hear);
    } finally {
      clearTimeout(giveUp);
    }
  }

  get isOpen(): boolean {
    return this.client.isReady;
  }

  /** Never rejects. */
  async close(): Promise<void> {
    if (!this.client.isOpen) return;
    await this.client.disconnect().catch((error: unknown) => this.logger.debug(error));
  }
}
