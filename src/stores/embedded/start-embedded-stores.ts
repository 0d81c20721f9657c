import { canonicalEnv, type Env } from '../../config/aliases.js';
import { DataDir } from './data-dir.js';
import { acquireLock, releaseLock } from './directory-lock.js';
import { embeddedMongodb } from './embedded-mongodb.js';
import { embeddedPostgres } from './embedded-postgres.js';
import { embeddedRedis } from './embedded-redis.js';
import { DataDirInUse, EmbeddedStoreFailed } from './embedded-store.errors.js';
import { stopLeftovers } from './leftovers.js';
import { programsFrom } from './programs.js';
import { Reaper } from './reaper.js';
import { readRunState } from './run-state.js';
import { RunningStores } from './running-stores.js';
import { startStore } from './start-store.js';
import {
  STORE_NAMES,
  type StoreEntries,
  type StoreName,
  URL_VARIABLES,
  withoutPassword,
} from './store-entry.js';
import type { StoreServer } from './store-server.js';
import type { ProcessEvent, SupervisedProcess } from './supervised-process.js';

export interface EmbeddedStoresOptions {
  /** Defines which stores have a URL, where `DATA_DIR` is, and which programs are available. */
  env: Env;
  /** What to do without a Redis server: fail, or use the in-process cache (`REDIS_URL` then stays unset). */
  redis: 'required' | 'optional';
  /** Starts only these. Default: all three. */
  only?: readonly StoreName[];
  /** Called when a store died or came back. */
  onEvent?: (event: ProcessEvent) => void;
}

/** The stores of one run, including those that the environment gives. */
export interface EmbeddedStores {
  dataDir: DataDir;
  /** The present content of `stores.json`. */
  entries: () => StoreEntries;
  /** The environment with the canonical URL of each store. */
  env: Env;
  /** Ends further processes when this one dies. */
  reaper: Reaper;
  stop: () => Promise<void>;
}

function serverFor(name: StoreName, data: DataDir, env: Env): Promise<StoreServer | null> {
  switch (name) {
    case 'postgres':
      return embeddedPostgres(data);
    case 'mongodb':
      return embeddedMongodb(data, programsFrom(env).mongodb);
    case 'redis':
      return embeddedRedis(data, programsFrom(env).redis);
  }
}

const noRedis = () =>
  new EmbeddedStoreFailed('There is no Redis server to start.', 'none was found on this machine', [
    'install redis-server or valkey-server, or python3-venv, and run the npm script again',
    'or name a server in REDIS_URL',
  ]);

async function ownDataDir(env: Env): Promise<DataDir> {
  const data = DataDir.of(env);
  data.create();
  const owner = await acquireLock(data.lockFile);
  if (owner !== null) throw new DataDirInUse(data.path, owner);
  return data;
}

/**
 * Starts the stores that have no URL, on free loopback ports, with data under `DATA_DIR`. Restarts a store that dies,
 * and writes `stores.json`. First stops the processes that an earlier run has left behind. No store survives this
 * process. Throws `DataDirInUse` and `EmbeddedStoreFailed`; then no store runs.
 */
export async function startEmbeddedStores(options: EmbeddedStoresOptions): Promise<EmbeddedStores> {
  const env = canonicalEnv(options.env);
  const data = await ownDataDir(env);
  const before = readRunState(data);
  await stopLeftovers(before.processes);
  const running = new RunningStores(data, before);
  const reaper = new Reaper();
  const supervised: SupervisedProcess[] = [];
  const takenPorts = new Set<number>();

  const stop = async () => {
    await Promise.all(supervised.map((store) => store.stop()));
    await reaper.close();
    running.retract();
    await releaseLock(data.lockFile);
  };

  const bring = async (name: StoreName) => {
    const url = env[URL_VARIABLES[name]];
    if (url) return running.set(name, { kind: 'url', url: withoutPassword(url), pid: null });
    const server = await serverFor(name, data, env);
    if (!server) {
      if (options.redis === 'required') throw noRedis();
      return running.set(name, { kind: 'in-process', url: null, pid: null });
    }
    const onEvent = options.onEvent ?? (() => undefined);
    const preferredPort = before.ports[name];
    supervised.push(await startStore(name, server, { running, reaper, preferredPort, takenPorts, onEvent }));
  };

  const results = await Promise.allSettled((options.only ?? STORE_NAMES).map(bring));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  running.publish();
  return { dataDir: data, entries: () => running.entries, env: withUrls(env, running.entries), reaper, stop };
}

/** The environment with the URLs of the stores that we started. */
export function withUrls(env: Env, entries: StoreEntries): Env {
  const started = STORE_NAMES.filter((name) => entries[name].kind !== 'url' && entries[name].url !== null);
  const urls = started.map((name) => [URL_VARIABLES[name], entries[name].url ?? undefined] as const);
  return { ...env, ...Object.fromEntries(urls) };
}
