import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import path from 'node:path';

import type { Env } from '../../config/aliases.js';
import { packageRoot } from '../../config/package-root.js';
import { EmbeddedStoreFailed } from '../../stores/embedded/embedded-store.errors.js';
import type { EmbeddedStores } from '../../stores/embedded/start-embedded-stores.js';
import { tailOf } from '../../stores/embedded/start-store.js';
import { SupervisedProcess } from '../../stores/embedded/supervised-process.js';
import { sayEvent } from './progress.js';

const READY_WITHIN_MS = 60_000;
/** The service promises to finish its requests within 10 s. */
const STOP_WITHIN_MS = 11_000;
const PROBE_LIMIT_MS = 2_000;

/**
 * The second flag as in `npm start`: short-lived data of a request is freed before the heap copies it, which takes a
 * third of the time of a cached read.
 */
const NODE_FLAGS = ['--enable-source-maps', '--max-semi-space-size=32'];
const main = path.join(packageRoot, 'dist', 'main.js');

async function isServing(base: string): Promise<boolean> {
  try {
    const response = await fetch(`${base}/health/ready`, { signal: AbortSignal.timeout(PROBE_LIMIT_MS) });
    await response.arrayBuffer();
    return response.status === 200;
  } catch (error) {
    // The service is not listening yet, or is too slow.
    if (error instanceof TypeError || (error instanceof DOMException && error.name === 'TimeoutError'))
      return false;
    throw error;
  }
}

/** Starts the service and waits until it is ready. From then on it is restarted when it dies. */
export async function startService(
  base: string,
  env: Env,
  stores: EmbeddedStores,
): Promise<SupervisedProcess> {
  const logFile = await stores.dataDir.logFile('api');
  const log = createWriteStream(logFile, { flags: 'a', mode: 0o600 });
  const service = new SupervisedProcess({
    name: 'the service',
    spawn: async () => {
      const child = spawn(process.execPath, [...NODE_FLAGS, main], {
        env: { ...env },
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child.stdout.on('data', (chunk: Buffer) => log.write(chunk) && process.stdout.write(chunk));
      child.stderr.on('data', (chunk: Buffer) => log.write(chunk) && process.stderr.write(chunk));
      return child;
    },
    isReady: () => isServing(base),
    stopSignal: 'SIGTERM',
    stopWithinMs: STOP_WITHIN_MS,
    reaper: stores.reaper,
    onPid: async () => undefined,
    onEvent: sayEvent,
  });
  try {
    await service.start(READY_WITHIN_MS);
  } catch (error) {
    throw new EmbeddedStoreFailed(
      'The service did not become ready.',
      `${error instanceof Error ? error.message : String(error)}\n${await tailOf(logFile)}`,
      [`see its log: ${logFile}`, `ask it what it lacks: curl -s ${base}/health`],
    );
  }
  return service;
}
