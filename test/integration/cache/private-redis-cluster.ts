import { mkdirSync } from 'node:fs';

import { createClient } from 'redis';

import { pingRedis } from '../../../src/stores/embedded/ping.js';
import { freePort } from '../../../src/stores/embedded/ports.js';
import { spawnDetached } from '../../../src/stores/embedded/store-server.js';
import { keySlot, SLOTS } from '../../../src/stores/redis/cluster/key-slot.js';
import { eventually } from '../../support/eventually.js';
import { privateDataDir, PrivateStore } from '../../support/private-store.js';
import { storeProgram } from '../../support/store-programs.js';

const MASTERS = 3;
const NODE_TIMEOUT_MS = 1_000;

/** A node of a cluster of one test alone. */
export class PrivateClusterNode {
  constructor(
    readonly store: PrivateStore,
    readonly busPort: number,
  ) {}

  get port(): number {
    return Number(new URL(this.store.url).port);
  }

  async tell(...command: string[]): Promise<unknown> {
    const client = await createClient({ url: this.store.url }).connect();
    try {
      return await client.sendCommand(command);
    } finally {
      await client.disconnect();
    }
  }

  async id(): Promise<string> {
    return String(await this.tell('CLUSTER', 'MYID'));
  }
}

/** Three masters with a third of the slots each, and `replicas` of the first one. */
export class PrivateRedisCluster {
  private constructor(readonly nodes: readonly PrivateClusterNode[]) {}

  static async start(name: string, replicas = 0): Promise<PrivateRedisCluster> {
    const starts = Array.from({ length: MASTERS + replicas }, (_, index) => startNode(`${name}-${index}`));
    const cluster = new PrivateRedisCluster(await Promise.all(starts));
    await cluster.join();
    return cluster;
  }

  get masters(): readonly PrivateClusterNode[] {
    return this.nodes.slice(0, MASTERS);
  }

  get url(): string {
    return `redis://${this.masters.map(({ port }) => `127.0.0.1:${port}`).join(',')}`;
  }

  node(index: number): PrivateClusterNode {
    const node = this.nodes[index];
    if (!node) throw new Error(`there is no node ${index}`);
    return node;
  }

  /** The place of the master that has held this key since the start. */
  ownerOf(key: string): number {
    return Math.floor((keySlot(key) * MASTERS) / SLOTS);
  }

  /** These nodes say that the cluster is complete. */
  async complete(nodes: readonly PrivateClusterNode[] = this.nodes): Promise<void> {
    await eventually(
      () => Promise.all(nodes.map((node) => node.tell('CLUSTER', 'INFO'))),
      (infos) => infos.every((info) => String(info).includes('cluster_state:ok')),
    );
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map(({ store }) => store.stop()));
  }

  private async join(): Promise<void> {
    const first = this.node(0);
    await Promise.all(
      this.masters.map((node, index) => {
        const from = Math.ceil((index * SLOTS) / MASTERS);
        const to = Math.ceil(((index + 1) * SLOTS) / MASTERS) - 1;
        return node.tell('CLUSTER', 'ADDSLOTSRANGE', String(from), String(to));
      }),
    );
    for (const [index, node] of this.nodes.entries()) {
      // Otherwise the nodes would agree on different epochs only after a while.
      await node.tell('CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1));
      if (node !== first)
        await node.tell('CLUSTER', 'MEET', '127.0.0.1', String(first.port), String(first.busPort));
    }
    await this.complete();
    await eventually(
      () => Promise.all(this.nodes.map((node) => node.tell('CLUSTER', 'INFO'))),
      (infos) => infos.every((info) => String(info).includes(`cluster_known_nodes:${this.nodes.length}`)),
    );
    const master = await first.id();
    for (const replica of this.nodes.slice(MASTERS)) {
      await replica.tell('CLUSTER', 'REPLICATE', master);
      await eventually(
        () => replica.tell('INFO', 'replication'),
        (info) => String(info).includes('master_link_status:up'),
      );
    }
  }
}

async function startNode(name: string): Promise<PrivateClusterNode> {
  const program = storeProgram('redis');
  if (!program) throw new Error('There is no Redis server to start');
  const data = await privateDataDir(name, { fresh: true });
  const folder = data.in('redis');
  mkdirSync(folder, { recursive: true });
  const logFile = await data.logFile('redis');
  const busPort = await freePort(undefined, new Set());
  const args = [
    ...['--save', '', '--appendonly', 'no', '--bind', '127.0.0.1', '--dir', folder],
    ...[
      '--cluster-enabled',
      'yes',
      '--cluster-port',
      String(busPort),
      '--cluster-node-timeout',
      String(NODE_TIMEOUT_MS),
    ],
    // The test decides what is promoted, and the other masters go on while one is away.
    ...['--cluster-replica-no-failover', 'yes', '--cluster-require-full-coverage', 'no'],
    ...['--repl-diskless-sync-delay', '0'],
  ];
  const store = await PrivateStore.start({
    kind: program.kind,
    url: (port) => `redis://127.0.0.1:${port}`,
    isReady: pingRedis,
    stopSignal: 'SIGTERM',
    logFile,
    spawn: async (port) =>
      spawnDetached({ file: program.path, args: [...args, '--port', String(port)], cwd: folder, logFile }),
  });
  return new PrivateClusterNode(store, busPort);
}
