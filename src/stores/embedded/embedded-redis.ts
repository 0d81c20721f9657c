import { mkdirSync } from 'node:fs';

import type { DataDir } from './data-dir.js';
import { pingRedis } from './ping.js';
import type { StoreProgram } from './programs.js';
import { spawnDetached, type StoreServer } from './store-server.js';

// It is a cache: it keeps nothing over a restart and evicts the least recently used key first.
const ARGS = [
  ...['--save', '', '--appendonly', 'no'],
  ...['--maxmemory', '64mb', '--maxmemory-policy', 'allkeys-lru'],
  ...['--bind', '127.0.0.1'],
];

/** A Redis or Valkey server on this machine. Null if there is none. */
export async function embeddedRedis(
  data: DataDir,
  [program]: readonly StoreProgram[],
): Promise<StoreServer | null> {
  if (!program) return null;
  const folder = data.in('redis');
  mkdirSync(folder, { recursive: true });
  const logFile = await data.logFile('redis');
  return {
    kind: program.kind,
    url: (port) => `redis://127.0.0.1:${port}`,
    isReady: pingRedis,
    stopSignal: 'SIGTERM',
    logFile,
    spawn: async (port) =>
      spawnDetached({
        file: program.path,
        args: [...ARGS, '--dir', folder, '--port', String(port)],
        cwd: folder,
        logFile,
      }),
  };
}
