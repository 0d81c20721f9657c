import { Logger } from '@nestjs/common';

import { type Host, hostText } from '../../../config/connections/connection-text.js';
import type { RedisAddress } from '../../../config/connections/redis-address.js';
import { Liveness } from '../../liveness.js';
import { StoreUnavailable } from '../../store-unavailable.js';
import type { RedisClient } from '../redis-client.js';
import type { KeysCommand, RedisEvents, RedisNode, RedisServers } from '../redis-node.js';
import { type RedisServer, serverAt } from '../redis-options.js';
import { ClusterNode } from './cluster-node.js';
import { agreedView, type ClusterView } from './cluster-view.js';
import { MapLease } from './map-lease.js';
import { SlotMap } from './slot-map.js';

/** How often the slot map is read again. */
const READ_EVERY_MS = 500;
/** After a sign that it has changed. */
const READ_SOON_MS = 50;
/** The hosts of the URL, the masters that they name, and the masters that these name. */
const ROUNDS = 3;

/** In place of a master that is not known. */
const ABSENT: RedisNode = {
  run: () => Promise.reject(new StoreUnavailable('redis')),
  holds: () => false,
};

/**
 * A Redis Cluster, with one connection to each master. It follows no redirection: it reads the slot map from all
 * masters again and again, and a map counts if more than half of them agree on it (see `MapLease`). Replicas are not
 * used.
 */
export class RedisCluster implements RedisServers {
  private readonly logger = new Logger('Redis');
  private readonly connections = new Map<string, ClusterNode>();
  private readonly lease = new MapLease();
  private map: SlotMap | null = null;
  private masters: readonly RedisNode[] = [ABSENT];
  private reading: Promise<void> | null = null;
  private timer: NodeJS.Timeout | null = null;
  private dueAt = Infinity;
  private wasCurrent = false;
  private isClosed = false;
  readonly liveness: Liveness;
  version = 0;

  constructor(
    private readonly address: RedisAddress,
    private readonly events: RedisEvents,
  ) {
    this.liveness = new Liveness({
      name: 'redis',
      ping: () => this.ping(),
      isConnectivityError: () => true,
      onChange: (isUp, reason) => this.changed(isUp, reason),
    });
  }

  get nodes(): readonly RedisNode[] {
    return this.masters;
  }

  get slotMap(): string | null {
    return this.map?.view.signature ?? '';
  }

  get isCurrent(): boolean {
    return this.lease.isValid;
  }

  get reachable(): RedisServer | null {
    const [seed] = this.address.hosts;
    return this.answering()?.server ?? (seed ? serverAt(this.address, seed) : null);
  }

  get gap(): string | null {
    if (!this.map || this.lease.hasEnded)
      return 'Too few nodes of its cluster answer to agree which of them holds which keys.';
    const silent = this.masters.filter((node) => !(node instanceof ClusterNode && node.liveness.isUp)).length;
    if (silent > 0) return `${silent} of ${this.masters.length} masters of its cluster do not answer.`;
    return this.map.isCovered ? null : 'Its cluster has slots without a master.';
  }

  run<T>(command: (client: RedisClient) => Promise<T>, budgetMs?: number): Promise<T> {
    return (this.answering() ?? ABSENT).run(command, budgetMs);
  }

  at(key: string): RedisNode {
    return this.masters[this.map?.ownerOf(key) ?? -1] ?? ABSENT;
  }

  async overKeys<T>(keys: string[], work: KeysCommand<T>, budgetMs?: number): Promise<(T | null)[]> {
    const places = Map.groupBy(keys.keys(), (place) => this.at(keys[place] ?? ''));
    const result = new Array<T | null>(keys.length).fill(null);
    await Promise.all(
      Array.from(places, async ([node, own]) => {
        const ownKeys = own.map((place) => keys[place] ?? '');
        const replies = await node.run((client) => work(client, ownKeys), budgetMs);
        own.forEach((place, index) => (result[place] = replies[index] ?? null));
      }),
    );
    return result;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.liveness.close();
    if (this.timer) clearTimeout(this.timer);
    await this.reading;
    await Promise.all([...this.connections.values()].map((node) => node.close()));
  }

  private answering(): ClusterNode | undefined {
    return [...this.connections.values()].find((node) => node.liveness.isUp);
  }

  /** Rejects if no node answers. */
  private async ping(): Promise<void> {
    if (!this.map) await this.read();
    const nodes = [...this.connections.values()];
    const answers = nodes.map(async (node) => {
      if (!(await node.liveness.check())) throw new Error(node.liveness.reason);
    });
    try {
      await Promise.any(answers);
    } catch {
      throw new Error(nodes[0]?.liveness.reason ?? 'none of its nodes is known');
    }
  }

  /** Reads the slot map. Concurrent callers share one reading. Never rejects. */
  private read(): Promise<void> {
    this.reading ??= this.readMap().finally(() => {
      this.reading = null;
      this.readAgain(READ_EVERY_MS);
    });
    return this.reading;
  }

  private readAgain(inMs: number): void {
    const dueAt = performance.now() + inMs;
    if (this.isClosed || (this.timer && this.dueAt <= dueAt)) return;
    if (this.timer) clearTimeout(this.timer);
    this.dueAt = dueAt;
    this.timer = setTimeout(() => {
      this.timer = null;
      void this.read();
    }, inMs).unref();
  }

  private async readMap(): Promise<void> {
    for (let round = 0; round < ROUNDS && !this.isClosed; round += 1) {
      const askedAt = performance.now();
      const answers = await Promise.all([...this.connections.values()].map((node) => node.view()));
      const views = answers.filter((view) => view !== null);
      const agreed = agreedView(views);
      await this.connect(
        agreed ? hostsOf([agreed]) : [...this.known, ...this.address.hosts, ...hostsOf(views)],
      );
      if (agreed) {
        this.use(agreed, askedAt);
        break;
      }
    }
    this.compareLease();
  }

  private get known(): Host[] {
    return this.map ? hostsOf([this.map.view]) : [];
  }

  /** Opens the connections to these hosts that are missing, and closes all others. */
  private async connect(hosts: readonly Host[]): Promise<void> {
    const wanted = new Map(hosts.map((host) => [hostText(host), host]));
    for (const [name, node] of this.connections) {
      if (wanted.has(name)) continue;
      this.connections.delete(name);
      node.close().catch((error: unknown) => this.logger.debug(error));
    }
    const missing = [...wanted].filter(([name]) => !this.connections.has(name));
    if (this.isClosed) return;
    const opened = missing.map(([name, host]) => {
      const node = this.nodeAt(host);
      this.connections.set(name, node);
      return node.open();
    });
    await Promise.all(opened);
  }

  private nodeAt(host: Host): ClusterNode {
    const events = {
      onUnconfirmed: () => this.events.onUnconfirmed(),
      onChange: (isUp: boolean) => this.nodeChanged(isUp),
      onNotHere: () => this.readAgain(READ_SOON_MS),
    };
    const node = new ClusterNode(
      serverAt(this.address, host),
      events,
      (holder, key) => this.at(key) === holder,
    );
    node.liveness.onSettled = (...settled) => this.liveness.onSettled?.(...settled);
    return node;
  }

  private use(view: ClusterView, askedAt: number): void {
    const isChanged = view.signature !== this.map?.view.signature;
    if (isChanged) {
      this.map = new SlotMap(view);
      this.lease.begin();
      this.version += 1;
    }
    this.lease.renew(askedAt);
    this.masters = view.masters.map(({ host }) => (host && this.connections.get(hostText(host))) ?? ABSENT);
    if (isChanged) this.loseTrust();
  }

  /** The lease also ends and begins without a change of the map. */
  private compareLease(): void {
    const { isCurrent } = this;
    if (isCurrent && !this.wasCurrent) this.events.onUnconfirmed();
    if (!isCurrent && this.wasCurrent) this.loseTrust();
    this.wasCurrent = isCurrent;
  }

  private nodeChanged(isUp: boolean): void {
    if (isUp) this.events.onChange(true);
    else this.loseTrust();
    this.readAgain(READ_SOON_MS);
    if (!isUp && !this.answering()) void this.liveness.check();
  }

  private loseTrust(): void {
    this.events.onChange(false);
    this.events.onUnconfirmed();
  }

  private changed(isUp: boolean, reason: string): void {
    if (isUp) this.logger.log('The Redis cluster answers again');
    else this.logger.error(`No node of the Redis cluster answers: ${reason}`);
    this.events.onChange(isUp);
  }
}

const hostsOf = (views: readonly ClusterView[]): Host[] =>
  views.flatMap(({ masters }) => masters.map(({ host }) => host)).filter((host) => host !== null);
