import type { Env } from '../config/aliases.js';
import { processEnv } from '../config/load-config.js';
import { DataDir } from '../stores/embedded/data-dir.js';
import { lockOwner } from '../stores/embedded/directory-lock.js';
import { DataDirInUse, EmbeddedStoreFailed } from '../stores/embedded/embedded-store.errors.js';
import { Interruption } from '../stores/embedded/interruption.js';
import { freePort, isPortFree } from '../stores/embedded/ports.js';
import { type EmbeddedStores, startEmbeddedStores } from '../stores/embedded/start-embedded-stores.js';
import type { SupervisedProcess } from '../stores/embedded/supervised-process.js';
import { firstScreen } from './quickstart/first-screen.js';
import { sayEvent, step } from './quickstart/progress.js';
import { checkedConfig, quickstartEnv } from './quickstart/service-env.js';
import { startOnStores } from './quickstart/start-on-stores.js';
import { runCommand } from './run-command.js';

/** The environment of the service, if nothing prevents a start. Nothing has been started yet. */
async function checkedEnv(): Promise<Env> {
  const env = quickstartEnv(processEnv());
  const { http } = checkedConfig(env);
  const data = DataDir.of(env);
  const owner = await lockOwner(data.lockFile);
  if (owner !== null) throw new DataDirInUse(data.path, owner);
  if (http.port === 0) return { ...env, PORT: String(await freePort(undefined, new Set())) };
  if (await isPortFree(http.port, http.host)) return env;
  throw new EmbeddedStoreFailed(
    `Port ${http.port} on ${http.host} is taken.`,
    'another program listens there',
    [
      `use another port: PORT=${http.port + 1} npm run quickstart`,
      `see who listens: ss -ltnp 'sport = :${http.port}'   (macOS: lsof -iTCP:${http.port} -sTCP:LISTEN)`,
    ],
  );
}

const startedStores = (stores: EmbeddedStores): string =>
  Object.entries(stores.entries())
    .map(([name, { kind }]) => (kind === 'url' ? `${name} by URL` : kind))
    .join(', ');

/** Serves until it is asked to end. In any case it stops everything that it started. */
async function quickstart(interruption: Interruption): Promise<void> {
  const env = await checkedEnv();
  const begin = () => startEmbeddedStores({ env, redis: 'optional', onEvent: sayEvent });
  const stores = await step('Stores', begin, startedStores);
  let service: SupervisedProcess | null = null;
  try {
    if (interruption.isRequested) return;
    const started = await startOnStores(env, stores);
    service = started.service;
    const isAnonymousOwner = env['AUTH_ANONYMOUS'] === 'owner';
    const { storesFile } = stores.dataDir;
    process.stdout.write(
      firstScreen({ ...started, storesFile, entries: stores.entries(), isAnonymousOwner }),
    );
    await interruption.requested;
    process.stderr.write('\nStopping the service, then the stores …\n');
  } finally {
    await service?.stop();
    await stores.stop();
  }
  process.stderr.write('Stopped.\n');
}

await runCommand({
  script: 'quickstart',
  description: 'Starts the stores that have no URL, migrates, seeds and serves. Ctrl-C stops everything.',
  configure: (command) =>
    command.addHelpText(
      'after',
      '\nVariables: PORT (8080), HOST (127.0.0.1), DATA_DIR (.data); see .env.example.',
    ),
  run: async () => {
    const interruption = new Interruption();
    try {
      await quickstart(interruption);
    } catch (error) {
      // An interrupted start fails in some way, so its error is not reported.
      if (!interruption.isRequested) throw error;
    }
  },
});
