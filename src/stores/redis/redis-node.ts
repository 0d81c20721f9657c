import type { Liveness } from '../liveness.js';
import type { RedisClient } from './redis-client.js';
import type { RedisServer } from './redis-options.js';

/** One server: the only one, or a master of a cluster. */
export interface RedisNode {
  /** Rejects with `StoreUnavailable` if the server is absent, down, or slower than the budget. */
  run<T>(command: (client: RedisClient) => Promise<T>, budgetMs?: number): Promise<T>;
  /** Whether commands with this key belong to this server. */
  holds(key: string): boolean;
}

/** Sends the commands of some keys that one server holds, and returns a reply for each key. */
export type KeysCommand<T> = (client: RedisClient, keys: string[]) => Promise<(T | null)[]>;

/** The servers behind `Redis`: one, or those of a cluster. */
export interface RedisServers {
  readonly liveness: Liveness;
  /** Each server that holds keys, whether it answers or not. */
  readonly nodes: readonly RedisNode[];
  /** A server that answers, if there is one. */
  readonly reachable: RedisServer | null;
  /** Identifies which node holds which keys. Null: there is one server. */
  readonly slotMap: string | null;
  /** Changes whenever a key may belong to another server than before. */
  readonly version: number;
  /** Whether it is known now which server holds which key. */
  readonly isCurrent: boolean;
  /** Why a part of the keys cannot be used, for people. Null: all can, or the whole Redis is away. */
  readonly gap: string | null;
  run<T>(command: (client: RedisClient) => Promise<T>, budgetMs?: number): Promise<T>;
  at(key: string): RedisNode;
  overKeys<T>(keys: string[], work: KeysCommand<T>, budgetMs?: number): Promise<(T | null)[]>;
  close(): Promise<void>;
}

/** What the servers tell `Redis`. */
export interface RedisEvents {
  onChange: (isUp: boolean) => void;
  /** From now on another process may answer. */
  onUnconfirmed: () => void;
}
