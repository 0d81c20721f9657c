import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';

import { Config } from '../../config/config.js';
import { parseRedisUrl } from '../../config/connections/redis-address.js';
import { FIRST_CHECK_MS, type Liveness } from '../liveness.js';
import { StoreUnavailable } from '../store-unavailable.js';
import { RedisCluster } from './cluster/redis-cluster.js';
import type { RedisClient } from './redis-client.js';
import { RedisConnection } from './redis-connection.js';
import type { KeysCommand, RedisEvents, RedisNode, RedisServers } from './redis-node.js';
import { serverAt } from './redis-options.js';
import { RedisSubscription } from './redis-subscription.js';

function serversOf(url: string | null, events: RedisEvents): RedisServers {
  if (url === null) return new RedisConnection(null, events);
  const address = parseRedisUrl(url);
  if (address.isCluster) return new RedisCluster(address, events);
  const [host] = address.hosts;
  return new RedisConnection(host ? serverAt(address, host) : null, events);
}

/**
 * Redis, for disposable data only: a failure here is a miss, never an error for a client. Every call has a budget of
 * 50 ms. A dead or frozen server is not asked again until it answers a ping. With a cluster, a command with a key is
 * run at the node that holds the key.
 */
@Injectable()
export class Redis implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(Redis.name);
  private readonly listeners: ((isUp: boolean) => void)[] = [];
  private readonly unconfirmedListeners: (() => void)[] = [];
  private readonly servers: RedisServers;

  constructor(private readonly config: Config) {
    this.servers = serversOf(config.redis.url, {
      onChange: (isUp) => this.listeners.forEach((listener) => listener(isUp)),
      onUnconfirmed: () => this.unconfirmedListeners.forEach((listener) => listener()),
    });
  }

  async onModuleInit(): Promise<void> {
    if (this.isConfigured && !(await this.liveness.check(FIRST_CHECK_MS)))
      this.logger.warn(`Redis cannot be reached; starting without it: ${this.liveness.reason}`);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.servers.close();
  }

  /** False: no URL was given, so there is only the in-process cache. */
  get isConfigured(): boolean {
    return this.config.redis.url !== null;
  }

  /** Up while any server answers. */
  get liveness(): Liveness {
    return this.servers.liveness;
  }

  /**
   * For a command without a key, which any node of a cluster answers. Rejects with `StoreUnavailable` if Redis is
   * absent, down, or slower than the budget.
   */
  run<T>(command: (client: RedisClient) => Promise<T>, budgetMs?: number): Promise<T> {
    return this.servers.run(command, budgetMs);
  }

  /** The server that holds a key, for commands whose keys all have the same hash tag. */
  at(key: string): RedisNode {
    return this.servers.at(key);
  }

  /** Runs `work` once for each server with those of the keys that it holds. The replies are in the order of the keys. */
  overKeys<T>(keys: string[], work: KeysCommand<T>, budgetMs?: number): Promise<(T | null)[]> {
    return this.servers.overKeys(keys, work, budgetMs);
  }

  /** Each server that holds keys, for SCAN, INFO and DBSIZE. */
  get nodes(): readonly RedisNode[] {
    return this.servers.nodes;
  }

  /** Identifies which node of a cluster holds which keys. Null: there is one server. */
  get slotMap(): string | null {
    return this.servers.slotMap;
  }

  /** Changes whenever a key may belong to another server than before. */
  get version(): number {
    return this.servers.version;
  }

  /** Whether it is known now which server holds which key. Always true of one server. */
  get isCurrent(): boolean {
    return this.servers.isCurrent;
  }

  /** Throws `StoreUnavailable` if what was sent under this version may have gone to a server that no longer counts. */
  assertCurrent(version: number): void {
    if (!this.isCurrent || this.version !== version) throw new StoreUnavailable('redis');
  }

  /** Why a part of the keys cannot be used, for people. Null: all can, or the whole Redis is away. */
  get gap(): string | null {
    return this.servers.gap;
  }

  /** A subscription that is not open yet. Null: no server is configured. */
  subscription(channel: string): RedisSubscription | null {
    const { reachable } = this.servers;
    return reachable && new RedisSubscription(reachable, channel);
  }

  /** Calls the listener each time Redis goes down or comes back, and with a cluster each time a node does. */
  onChange(listener: (isUp: boolean) => void): void {
    this.listeners.push(listener);
  }

  /**
   * Calls the listener whenever another process may answer from now on: for each new connection, before any command
   * goes through it, and for each change of a cluster's slot map. Only this detects a server that was replaced while
   * no command was sent: no call failed, so `onChange` is silent.
   */
  onUnconfirmed(listener: () => void): void {
    this.unconfirmedListeners.push(listener);
  }
}
