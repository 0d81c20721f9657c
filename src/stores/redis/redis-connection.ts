import { Logger } from '@nestjs/common';
import {
  ClientClosedError,
  ClientOfflineError,
  DisconnectsClientError,
  SocketClosedUnexpectedlyError,
} from 'redis';

import { Liveness, LOST_AFTER_MS } from '../liveness.js';
import { StoreUnavailable } from '../store-unavailable.js';
import { createOfflineClient, type RedisClient } from './redis-client.js';
import type { KeysCommand, RedisEvents, RedisNode, RedisServers } from './redis-node.js';
import type { RedisServer } from './redis-options.js';

const BUDGET_MS = 50;

/** The connection to one server. It opens with the first check of its liveness. */
export class RedisConnection implements RedisNode, RedisServers {
  private readonly logger = new Logger('Redis');
  private client: RedisClient | null = null;
  private closing: Promise<void> = Promise.resolve();
  readonly liveness: Liveness;
  readonly nodes: readonly RedisNode[] = [this];
  readonly slotMap = null;
  readonly version = 0;
  readonly isCurrent = true;
  readonly gap = null;

  /** `reachable` null: none is configured. `name`: for the log. */
  constructor(
    readonly reachable: RedisServer | null,
    private readonly events: RedisEvents,
    private readonly name = 'Redis',
  ) {
    this.liveness = new Liveness({
      name: 'redis',
      ping: () => this.ping(),
      isConnectivityError,
      onChange: (isUp, reason) => this.changed(isUp, reason),
      onOtherReason: (reason) => this.logger.error(`${this.name} still does not answer: ${reason}`),
    });
  }

  async close(): Promise<void> {
    this.liveness.close();
    await this.disconnect();
  }

  run<T>(command: (client: RedisClient) => Promise<T>, budgetMs = BUDGET_MS): Promise<T> {
    const client = this.client;
    if (!client) return Promise.reject(new StoreUnavailable('redis'));
    return this.liveness.run(
      () =>
        new Promise<T>((resolve, reject) => {
          // After a blocked event loop, timers run before sockets are read, so an answer may have arrived already.
          const timer = setTimeout(() => setImmediate(() => reject(new BudgetExceeded())), budgetMs);
          command(client)
            .then(resolve, reject)
            .finally(() => clearTimeout(timer));
        }),
    );
  }

  at(): RedisNode {
    return this;
  }

  holds(): boolean {
    return true;
  }

  overKeys<T>(keys: string[], work: KeysCommand<T>, budgetMs?: number): Promise<(T | null)[]> {
    return this.run((client) => work(client, keys), budgetMs);
  }

  private async ping(): Promise<void> {
    if (this.reachable === null) return;
    await this.closing;
    const unanswered = setTimeout(() => void this.disconnect(), LOST_AFTER_MS);
    try {
      const client = this.client?.isOpen ? this.client : await this.connect(this.reachable);
      await client.ping();
    } finally {
      clearTimeout(unanswered);
    }
  }

  /**
   * A new client for each connection, because the parser of node-redis 4 keeps half a reply over a reconnect. If a
   * connection ended in the middle of a reply, every reply on the next one would be matched to the wrong command.
   */
  private async connect(server: RedisServer): Promise<RedisClient> {
    const client = createOfflineClient(server);
    this.client = client;
    client.on('error', (error: Error) => this.logger.debug(error.message));
    client.on('ready', () => this.events.onUnconfirmed());
    await client.connect();
    return client;
  }

  /** Never rejects, because the errors of a connection that is being dropped have no use. */
  private disconnect(): Promise<void> {
    if (this.client?.isOpen) {
      this.closing = this.client.disconnect().catch((error: unknown) => this.logger.debug(error));
    }
    return this.closing;
  }

  private changed(isUp: boolean, reason: string): void {
    if (isUp) this.logger.log(`${this.name} answers again`);
    else this.logger.error(`${this.name} does not answer: ${reason}`);
    // A connection with unanswered commands is never used again, so that no commands queue up behind them.
    if (!isUp) void this.disconnect();
    this.events.onChange(isUp);
  }
}

/** After the budget, an answer comes too late for the reader. */
export class BudgetExceeded extends Error {}

const isConnectivityError = (error: unknown): boolean =>
  error instanceof BudgetExceeded ||
  error instanceof ClientClosedError ||
  error instanceof ClientOfflineError ||
  error instanceof DisconnectsClientError ||
  error instanceof SocketClosedUnexpectedlyError ||
  (error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    /^E[A-Z]+$/.test(error.code));
