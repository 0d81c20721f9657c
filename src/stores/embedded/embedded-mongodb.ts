import { existsSync, mkdirSync, writeFileSync } from 'node:fs';

import type { DataDir } from './data-dir.js';
import { EmbeddedStoreFailed } from './embedded-store.errors.js';
import { pingMongo } from './ping.js';
import type { StoreProgram } from './programs.js';
import { spawnDetached, type StoreServer } from './store-server.js';

function secantusArgs(folder: string): string[] {
  // Naming an empty file keeps it from taking settings from a file elsewhere.
  const config = `${folder}.toml`;
  writeFileSync(config, '');
  const durability = ['--sync-on-commit'];
  const size = ['--cache-size', '256M', '--log-file-max', '16MB'];
  return ['--config', config, '--host', '127.0.0.1', '--storage-path', folder, ...durability, ...size];
}

/** Nothing of ours reads the oplog of a single server, and writing it costs each write about a fifth of its time. */
const SECANTUS_ENV: NodeJS.ProcessEnv = { SECANTUS_DISABLE_OPLOG: '1' };

const mongodArgs = (folder: string): string[] => [
  ...['--bind_ip', '127.0.0.1', '--dbpath', folder],
  ...['--wiredTigerCacheSizeGB', '0.25'],
  ...(process.platform === 'win32' ? [] : ['--nounixsocket']),
];

const folderOf = (data: DataDir, kind: string) => data.in('mongodb', kind);

/** The server whose data is there, else the best one: two kinds do not read each other's files. */
function choose(data: DataDir, programs: readonly StoreProgram[]): StoreProgram {
  const chosen = programs.find(({ kind }) => existsSync(folderOf(data, kind))) ?? programs[0];
  if (chosen) return chosen;
  throw new EmbeddedStoreFailed('There is no MongoDB server to start.', 'none was found on this machine', [
    'start this command through its npm script, which finds, fetches or builds one',
    'or name a server in MONGODB_URI',
  ]);
}

/** A MongoDB server of this machine (`mongod` or SecantusDB) with its data in `DATA_DIR`. */
export async function embeddedMongodb(
  data: DataDir,
  programs: readonly StoreProgram[],
): Promise<StoreServer> {
  const { kind, path: file } = choose(data, programs);
  const folder = folderOf(data, kind);
  mkdirSync(folder, { recursive: true });
  const args = kind === 'mongod' ? mongodArgs(folder) : secantusArgs(folder);
  const logFile = await data.logFile('mongodb');
  return {
    kind,
    // SecantusDB announces a replica set under its own idea of a host name.
    url: (port) => `mongodb://127.0.0.1:${port}/triptych?directConnection=true`,
    isReady: pingMongo,
    stopSignal: 'SIGTERM',
    logFile,
    spawn: async (port) =>
      spawnDetached({
        file,
        args: [...args, '--port', String(port)],
        cwd: folder,
        logFile,
        ...(kind === 'secantusdb' && { env: SECANTUS_ENV }),
      }),
  };
}
