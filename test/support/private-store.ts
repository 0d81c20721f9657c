import { type ChildProcess, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';

import { DataDir } from '../../src/stores/embedded/data-dir.js';
import { freePort } from '../../src/stores/embedded/ports.js';
import { isFrozen, signalProcess, startOf } from '../../src/stores/embedded/process-identity.js';
import { Reaper } from '../../src/stores/embedded/reaper.js';
import type { StoreServer } from '../../src/stores/embedded/store-server.js';
import { eventually } from './eventually.js';

/** The data folder of a test with stores of its own. `fresh` empties it first. */
export async function privateDataDir(name: string, { fresh }: { fresh: boolean }): Promise<DataDir> {
  const folder = path.resolve(process.env['DATA_DIR'] ?? path.join('.data', 'test'), 'private', name);
  if (fresh) await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o755);
  const data = new DataDir(folder);
  data.create();
  return data;
}

/** A store for one test, which may be killed, frozen and started again. It dies with the test's process. */
export class PrivateStore {
  private constructor(
    private readonly server: StoreServer,
    private readonly port: number,
    private readonly reaper: Reaper,
    private child: ChildProcess,
  ) {}

  static async start(server: StoreServer): Promise<PrivateStore> {
    const port = await freePort(undefined, new Set());
    const reaper = new Reaper();
    const store = new PrivateStore(server, port, reaper, await server.spawn(port));
    await store.untilReady();
    return store;
  }

  get url(): string {
    return this.server.url(this.port);
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error(`${this.server.kind} could not be started`);
    return this.child.pid;
  }

  /**
   * `kill -9`, children included, because a PostgreSQL whose children are still ending cannot be started again at
   * once.
   */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** The processes stay but do not answer. PostgreSQL answers through child processes, so these are stopped too. */
  async freeze(): Promise<void> {
    const pids = this.signal('SIGSTOP');
    if (process.platform !== 'linux') return;
    // A process that waits for the processor stops only at its next turn, and may have answered a request until then.
    await eventually(
      async () => (await Promise.all(pids.map(isStill))).every(Boolean),
      (areStill) => areStill,
    );
  }

  thaw(): void {
    this.signal('SIGCONT');
  }

  /** Starts it again on the same port and data, and waits until it answers. */
  async restart(): Promise<void> {
    this.child = await this.server.spawn(this.port);
    await this.untilReady();
  }

  async stop(): Promise<void> {
    this.thaw();
    await this.end(this.server.stopSignal);
    await this.reaper.close();
  }

  private get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  private async end(signal: 'SIGKILL' | NodeJS.Signals): Promise<void> {
    if (this.hasEnded) return;
    const exit = once(this.child, 'exit');
    if (signal === 'SIGKILL') this.signal(signal);
    else this.child.kill(signal);
    await exit;
    this.reaper.forget(this.pid);
  }

  /** The parent first, so that it starts no further child. */
  private signal(signal: NodeJS.Signals): number[] {
    if (this.hasEnded) return [];
    const pids = [this.pid, ...childrenOf(this.pid)];
    for (const pid of pids) signalProcess(pid, signal);
    return pids;
  }

  private async untilReady(): Promise<void> {
    this.reaper.watch(this.pid, this.server.stopSignal);
    await eventually(
      () => this.server.isReady(this.port),
      (isReady) => isReady,
      30_000,
    );
  }
}

/** Frozen, or ended, because a frozen parent keeps an ended child as a zombie. */
const isStill = async (pid: number): Promise<boolean> =>
  (await isFrozen(pid)) || (await startOf(pid)) === null;

/** Linux has a list of children; elsewhere pgrep finds them. */
function childrenOf(pid: number): number[] {
  const list =
    process.platform === 'linux'
      ? readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      : spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' }).stdout;
  return list.split(/\s+/).filter(Boolean).map(Number);
}
