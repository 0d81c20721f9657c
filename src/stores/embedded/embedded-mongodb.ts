import { existsSync, mkdirSync, writeFileSync } from 'node:fs';

import type { DataDir } from './data-dir.js';
import { EmbeddedStoreFailed } from './embedded-store.errors.js';
import { pingMongo } from './ping.js';
import type { StoreProgram } from './programs.js';
import { spawnDetached, type StoreServer } from './store-server.js';

function secantusArgs(folder: string): string[] {
  // An empty configuration file keeps the server from reading settings from another file.
  const config = `${folder}.toml`;
  writeFileSync(config, '');
  const durability = ['--sync-on-commit'];
  const size = ['--cache-size', '256M', '--log-file-max', '16MB'];
  return ['--config', config, '--host', '127.0.0.1', '--storage-path', folder, ...durability, ...size];
}

/** Nothing here reads the oplog of a single server, and writing it takes about a fifth of the time of each write. */
const SECANTUS_ENV: NodeJS.ProcessEnv = { SECANTUS_DISABLE_OPLOG: '1' };

const mongodArgs = (folder: string): string[] => [
  ...['--bind_ip', '127.0.0.1', '--dbpath', folder],
  ...['--wiredTigerCacheSizeGB', '0.25'],
  ...(process.platform === 'win32' ? [] : ['--nounixsocket']),
];

const folderOf = (data: DataDir, kind: string) => data.in('mongodb', kind);

/** The server whose data exists already, else the best one, because one kind cannot read the other's files. */
function choose(data: DataDir, programs: readonly StoreProgram[]): StoreProgram {
  const chosen = programs.find(({ kind }) => existsSync(folderOf(data, kind))) ?? programs[0];
  if (chosen) return chosen;
  throw new EmbeddedStoreFailed('There is no MongoDB server to start.', 'none was found on this machine', [
    'start this command through its npm script, which finds, fetches or builds one',
    'or name a server in MONGODB_URI',
  ]);
}

/** A MongoDB server on this machine (`mongod` or SecantusDB) with its data in `DATA_DIR`. */
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
    // SecantusDB announces a replica set under a host name of its own choice.
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
