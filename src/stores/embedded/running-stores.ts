import { rmSync } from 'node:fs';

import { type DataDir, writeJsonAtomically } from './data-dir.js';
import { startOf } from './process-identity.js';
import { type RunState, writeRunState } from './run-state.js';
import { STORE_NAMES, type StoreEntries, type StoreEntry, type StoreName } from './store-entry.js';

const NOT_ASKED_FOR: StoreEntry = { kind: 'none', url: null, pid: null };

/** Keeps `stores.json`, and what the next run needs to know, equal to what runs now. */
export class RunningStores {
  private readonly state: RunState;
  private readonly known = new Map<StoreName, StoreEntry>();
  private isPublished = false;

  constructor(
    private readonly data: DataDir,
    before: RunState,
  ) {
    this.state = { ports: { ...before.ports }, processes: [] };
    // It must not be read before the stores of this run answer.
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

  /** Notes a process before it is ready, so that whatever happens it will be found. */
  async noteProcess(name: StoreName, port: number, pid: number, stopSignal: NodeJS.Signals): Promise<void> {
    // First: another store's process may be noted while this waits.
    const start = (await startOf(pid)) ?? '';
    const before = this.known.get(name)?.pid;
    const others = this.state.processes.filter((process) => process.pid !== before && process.pid !== pid);
    this.state.ports[name] = port;
    this.state.processes = [...others, { pid, start, stopSignal }];
    writeRunState(this.data, this.state);
  }

  /** From now on `stores.json` is there. */
  publish(): void {
    this.isPublished = true;
    writeJsonAtomically(this.data.storesFile, this.entries);
  }

  /** Nothing runs any more. The ports are kept. */
  retract(): void {
    this.isPublished = false;
    rmSync(this.data.storesFile, { force: true });
    writeRunState(this.data, { ports: this.state.ports, processes: [] });
  }
}
