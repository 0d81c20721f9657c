import { type Host, hostText } from '../../../config/connections/connection-text.js';
import { StoreUnavailable } from '../../store-unavailable.js';
import type { RedisClient } from '../redis-client.js';
import { RedisConnection } from '../redis-connection.js';
import { isRedisRefusal } from '../redis-errors.js';
import type { RedisEvents, RedisNode } from '../redis-node.js';
import type { RedisServer } from '../redis-options.js';
import { type ClusterView, parseClusterNodes } from './cluster-view.js';

const VIEW_BUDGET_MS = 250;
/** Includes the name of a host, its connection and the greeting. */
const OPEN_WITHIN_MS = 600;

/** The slot has moved or is being moved, or the cluster has lost slots. */
const NOT_HERE = /^(?:MOVED|ASK|TRYAGAIN|CLUSTERDOWN)\b/;

export interface ClusterNodeEvents extends RedisEvents {
  /** The node does not serve this key, so the slot map may have changed. */
  onNotHere: () => void;
}

/** One node of a cluster. */
export class ClusterNode implements RedisNode {
  private readonly connection: RedisConnection;

  constructor(
    readonly server: RedisServer,
    private readonly events: ClusterNodeEvents,
    private readonly isHolder: (node: ClusterNode, key: string) => boolean,
  ) {
    this.connection = new RedisConnection(server, events, `Redis node ${hostText(server.host)}`);
  }

  get host(): Host {
    return this.server.host;
  }

  get liveness() {
    return this.connection.liveness;
  }

  /** Never rejects. */
  open(): Promise<boolean> {
    return this.liveness.check(OPEN_WITHIN_MS);
  }

  /**
   * A redirection is not followed and counts as an absence, because the node that it names is not trusted before the
   * slot map was read again.
   */
  async run<T>(command: (client: RedisClient) => Promise<T>, budgetMs?: number): Promise<T> {
    try {
      return await this.connection.run(command, budgetMs);
    } catch (error) {
      if (!isRedisRefusal(error) || !NOT_HERE.test(error.message)) throw error;
      this.events.onNotHere();
      throw new StoreUnavailable('redis', { cause: error });
    }
  }

  holds(key: string): boolean {
    return this.isHolder(this, key);
  }

  /** What the node knows of the cluster. Null: it does not answer, or it is no node of a cluster. */
  async view(): Promise<ClusterView | null> {
    try {
      const text = await this.run((client) => client.sendCommand(['CLUSTER', 'NODES']), VIEW_BUDGET_MS);
      return typeof text === 'string' ? parseClusterNodes(text, this.host, this.server.isTls) : null;
    } catch (error) {
      if (error instanceof StoreUnavailable || isRedisRefusal(error)) return null;
      throw error;
    }
  }

  close(): Promise<void> {
    return this.connection.close();
  }
}
