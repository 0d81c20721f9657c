import { rmSync } from 'node:fs';

import { type DataDir, writeJsonAtomically } from './data-dir.js';
import { startOf } from './process-identity.js';
import { type RunState, writeRunState } from './run-state.js';
import { STORE_NAMES, type StoreEntries, type StoreEntry, type StoreName } from './store-entry.js';

const NOT_ASKED_FOR: StoreEntry = { kind: 'none', url: null, pid: null };

/** Keeps `stores.json`, and the record for the next run, in step with the running stores. */
export class RunningStores {
  private readonly state: RunState;
  private readonly known = new Map<StoreName, StoreEntry>();
  private isPublished = false;

  constructor(
    private readonly data: DataDir,
    before: RunState,
  ) {
    this.state = { ports: { ...before.ports }, processes: [] };
    // The file must not be readable before the stores of this run answer.
    rmSync(data.storesFile, { force: true });
  }

  get entries(): StoreEntries {
    const entry = (name: StoreName) => this.known.get(name) ?? NOT_ASKED_FOR;
    return Object.fromEntries(STORE_NAMES.map((name) => [name, entry(name)])) as StoreEntries;
  }

  set(name: StoreName, entry: StoreEntry): void {
    this.known.set(name, entry);
    if (this.isPublished) writeJsonAtomically(this.data.storesFile, this.entries);
  }

  /** Records a process before it is ready, so that the next run finds it in any case. */
  async noteProcess(name: StoreName, port: number, pid: number, stopSignal: NodeJS.Signals): Promise<void> {
    // Awaited first, because another store's process may be recorded meanwhile.
    const start = (await startOf(pid)) ?? '';
    const before = this.known.get(name)?.pid;
    const others = this.state.processes.filter((process) => process.pid !== before && process.pid !== pid);
    this.state.ports[name] = port;
    this.state.processes = [...others, { pid, start, stopSignal }];
    writeRunState(this.data, this.state);
  }

  /** Writes `stores.json` from now on. */
  publish(): void {
    this.isPublished = true;
    writeJsonAtomically(this.data.storesFile, this.entries);
  }

  /** Records that no store runs any more. The ports are kept. */
  retract(): void {
    this.isPublished = false;
    rmSync(this.data.storesFile, { force: true });
    writeRunState(this.data, { ports: this.state.ports, processes: [] });
  }
}
