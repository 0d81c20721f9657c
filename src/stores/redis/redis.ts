import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import {
  ClientClosedError,
  ClientOfflineError,
  createClient,
  DisconnectsClientError,
  SocketClosedUnexpectedlyError,
} from 'redis';

import { Config } from '../../config/config.js';
import { FIRST_CHECK_MS, Liveness, LOST_AFTER_MS } from '../liveness.js';
import { redisOptions } from './redis-options.js';
import { StoreUnavailable } from '../store-unavailable.js';

const BUDGET_MS = 50;

type Client = ReturnType<typeof createOfflineClient>;

/** Liveness decides when to connect again. */
const createOfflineClient = (url: string) => createClient(redisOptions(url));

/**
 * The connection to Redis, for disposable data only: a failure here is a miss, never an error for a client. Every call
 * has a budget of 50 ms. A dead or frozen Redis is not asked again until it answers a ping.
 */
@Injectable()
export class Redis implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(Redis.name);
  private client: Client | null = null;
  private readonly listeners: ((isUp: boolean) => void)[] = [];
  private readonly connectListeners: (() => void)[] = [];
  private closing: Promise<void> = Promise.resolve();
  readonly liveness: Liveness;

  constructor(private readonly config: Config) {
    this.liveness = new Liveness({
      name: 'redis',
      ping: () => this.ping(),
      isConnectivityError,
      onChange: (isUp, reason) => this.changed(isUp, reason),
      onOtherReason: (reason) => this.logger.error(`Redis still does not answer: ${reason}`),
    });
  }

  async onModuleInit(): Promise<void> {
    if (this.isConfigured && !(await this.liveness.check(FIRST_CHECK_MS)))
      this.logger.warn(`Redis cannot be reached; starting without it: ${this.liveness.reason}`);
  }

  async onApplicationShutdown(): Promise<void> {
    this.liveness.close();
    await this.disconnect();
  }

  /** False: no URL was given, so there is only the in-process cache. */
  get isConfigured(): boolean {
    return this.config.redis.url !== null;
  }

  /** Rejects with `StoreUnavailable` if Redis is absent, down, or slower than the budget. */
  run<T>(command: (client: Client) => Promise<T>, budgetMs = BUDGET_MS): Promise<T> {
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

  /** Calls the listener each time Redis goes down or comes back. */
  onChange(listener: (isUp: boolean) => void): void {
    this.listeners.push(listener);
  }

  /**
   * Calls the listener for each new connection, before any command goes through it. Only this detects a server that
   * was replaced while no command was sent: no call failed, so `onChange` is silent.
   */
  onConnect(listener: () => void): void {
    this.connectListeners.push(listener);
  }

  private connected(): void {
    for (const listener of this.connectListeners) listener();
  }

  private async ping(): Promise<void> {
    const { url } = this.config.redis;
    if (url === null) return;
    await this.closing;
    const unanswered = setTimeout(() => void this.disconnect(), LOST_AFTER_MS);
    try {
      const client = this.client?.isOpen ? this.client : await this.connect(url);
      await client.ping();
    } finally {
      clearTimeout(unanswered);
    }
  }

  /**
   * A new client for each connection, because the parser of node-redis 4 keeps half a reply over a reconnect. If a
   * connection ended in the middle of a reply, every reply on the next one would be matched to the wrong command.
   */
  private async connect(url: string): Promise<Client> {
    const client = createOfflineClient(url);
    this.client = client;
    client.on('error', (error: Error) => this.logger.debug(error.message));
    client.on('ready', () => this.connected());
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
    if (isUp) this.logger.log('Redis answers again');
    else this.logger.error(`Redis does not answer: ${reason}`);
    // A connection with unanswered commands is never used again, so that no commands queue up behind them.
    if (!isUp) void this.disconnect();
    for (const listener of this.listeners) listener(isUp);
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
