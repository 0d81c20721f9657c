import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

import { z } from 'zod';

import { canonicalEnv, type Env } from '../../config/aliases.js';
import { DataDir } from './data-dir.js';
import { lockOwner } from './directory-lock.js';
import { DataDirInUse, EmbeddedStoreFailed } from './embedded-store.errors.js';
import { startEmbeddedStores, withUrls } from './start-embedded-stores.js';
import { STORE_NAMES, type StoreEntries, type StoreName, URL_VARIABLES } from './store-entry.js';

const LIVE_WITHIN_MS = 120_000;

const entry = z.object({ kind: z.string(), url: z.string().nullable(), pid: z.number().nullable() });
const storesFile = z.object({ postgres: entry, mongodb: entry, redis: entry });

const missingIn = (env: Env, names: readonly StoreName[]) =>
  names.filter((name) => !env[URL_VARIABLES[name]]);

/** The `stores.json` of a living supervisor of this `DATA_DIR`. Waits while it is starting. Null without one. */
async function liveEntries(data: DataDir): Promise<StoreEntries | null> {
  const deadline = Date.now() + LIVE_WITHIN_MS;
  while (Date.now() < deadline) {
    if ((await lockOwner(data.lockFile)) === null) return null;
    if (existsSync(data.storesFile))
      return storesFile.parse(JSON.parse(readFileSync(data.storesFile, 'utf8')));
    await sleep(50);
  }
  throw new EmbeddedStoreFailed('The stores of this data folder do not come up.', data.path, [
    'stop the process that is starting them',
  ]);
}

/**
 * Uses the running stores. A URL that was given to that process must be given here too, because the file has no
 * passwords.
 */
function fromLive(env: Env, names: readonly StoreName[], live: StoreEntries, data: DataDir): Env {
  const usable = withUrls(env, live);
  const given = missingIn(usable, names).filter((name) => live[name].kind !== 'in-process');
  if (given.length === 0) return { ...usable, ...env };
  throw new EmbeddedStoreFailed(
    'The running stores of this data folder lack one.',
    `${given.join(', ')}: not started by the process that owns ${data.path}`,
    [`set ${given.map((name) => URL_VARIABLES[name]).join(', ')}`, 'or stop that process'],
  );
}

/** Stops the stores and ends this process when it is asked to end. Returns a function that removes the handler. */
function onInterrupt(stop: () => Promise<void>): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const end = (signal: NodeJS.Signals) =>
    void stop().finally(() => process.exit(128 + os.constants.signals[signal]));
  for (const signal of signals) process.once(signal, end);
  return () => signals.forEach((signal) => process.removeListener(signal, end));
}

export interface WithStoresOptions {
  /** The stores that the command uses. Default: all three. */
  only?: readonly StoreName[];
}

/**
 * Runs a one-off command with its stores. They are those of the environment, else those that a `quickstart` or
 * `stores:up` of the same `DATA_DIR` runs, else stores that run as long as `work` does. `work` receives an environment
 * that has `DATABASE_URL`, `MONGODB_URI` and, if there is a Redis, `REDIS_URL`. Throws `EmbeddedStoreFailed`.
 */
export async function withStores<T>(
  env: Env,
  work: (env: Env) => Promise<T>,
  { only = STORE_NAMES }: WithStoresOptions = {},
): Promise<T> {
  const canonical = canonicalEnv(env);
  if (missingIn(canonical, only).length === 0) return work(canonical);
  const data = DataDir.of(canonical);
  const live = await liveEntries(data);
  if (live) return work(fromLive(canonical, only, live, data));
  const stores = await startEmbeddedStores({ env: canonical, redis: 'optional', only }).catch(
    (error: unknown) => {
      // Another process took the folder first.
      if (error instanceof DataDirInUse) return null;
      throw error;
    },
  );
  if (!stores) return withStores(env, work, { only });
  const ignoreSignals = onInterrupt(stores.stop);
  try {
    return await work(stores.env);
  } finally {
    ignoreSignals();
    await stores.stop();
  }
}
