import { readFile } from 'node:fs/promises';

import { EmbeddedStoreFailed } from './embedded-store.errors.js';
import { freePort, isPortFree } from './ports.js';
import { hasCode } from './process-identity.js';
import type { Reaper } from './reaper.js';
import type { RunningStores } from './running-stores.js';
import type { StoreName } from './store-entry.js';
import type { StoreServer } from './store-server.js';
import { DiedAtStart, NotReadyInTime, type ProcessEvent, SupervisedProcess } from './supervised-process.js';

/** A long limit, because a store that was killed may have much to recover. */
const READY_WITHIN_MS = 120_000;
const STOP_WITHIN_MS = 8_000;
const ATTEMPTS = 3;

export interface StartStoreOptions {
  running: RunningStores;
  reaper: Reaper;
  /** The port of the last run. */
  preferredPort: number | undefined;
  /** The ports of the other stores of this start. This store's port is added. */
  takenPorts: Set<number>;
  onEvent: (event: ProcessEvent) => void;
}

/** The end of a log, for a message. */
export async function tailOf(logFile: string, lines = 12): Promise<string> {
  try {
    return (await readFile(logFile, 'utf8')).trimEnd().split('\n').slice(-lines).join('\n');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return '(no log)';
    throw error;
  }
}

function supervise(name: StoreName, server: StoreServer, port: number, options: StartStoreOptions) {
  const { running, reaper, onEvent } = options;
  return new SupervisedProcess({
    name,
    spawn: () => server.spawn(port),
    isReady: () => server.isReady(port),
    stopSignal: server.stopSignal,
    stopWithinMs: STOP_WITHIN_MS,
    isFamily: name === 'postgres',
    reaper,
    onEvent,
    onPid: async (pid) => {
      await running.noteProcess(name, port, pid, server.stopSignal);
      running.set(name, { kind: server.kind, url: server.url(port), pid });
    },
  });
}

/** Starts a store's server on a free port and waits until it answers. Throws `EmbeddedStoreFailed`. */
export async function startStore(
  name: StoreName,
  server: StoreServer,
  options: StartStoreOptions,
): Promise<SupervisedProcess> {
  let reason = '';
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = await freePort(attempt === 0 ? options.preferredPort : undefined, options.takenPorts);
    options.takenPorts.add(port);
    const supervised = supervise(name, server, port, options);
    try {
      await supervised.start(READY_WITHIN_MS);
      return supervised;
    } catch (error) {
      if (!(error instanceof DiedAtStart || error instanceof NotReadyInTime)) throw error;
      reason = error.message;
      // Another program took the port between our check and the server's start.
      if (await isPortFree(port)) break;
    }
  }
  throw new EmbeddedStoreFailed(
    `${name} (${server.kind}) could not be started: ${reason}.`,
    `${await tailOf(server.logFile)}\n(log: ${server.logFile})`,
    ['see the log', 'the data folder may belong to another version or user: try DATA_DIR=.data/new'],
  );
}
