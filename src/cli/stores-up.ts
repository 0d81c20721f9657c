import { processEnv } from '../config/load-config.js';
import { Interruption } from '../stores/embedded/interruption.js';
import { startEmbeddedStores } from '../stores/embedded/start-embedded-stores.js';
import { STORE_NAMES, type StoreEntries, URL_VARIABLES } from '../stores/embedded/store-entry.js';
import { sayEvent } from './quickstart/progress.js';
import { print, printJson, runCommand } from './run-command.js';

/** Lines for a shell. Our URLs contain no quote. */
const exportLines = (entries: StoreEntries): string =>
  STORE_NAMES.filter((name) => entries[name].kind !== 'url' && entries[name].url !== null)
    .map((name) => `export ${URL_VARIABLES[name]}='${entries[name].url}'\n`)
    .join('');

async function storesUp(asJson: boolean, interruption: Interruption): Promise<void> {
  const stores = await startEmbeddedStores({ env: processEnv(), redis: 'required', onEvent: sayEvent });
  try {
    if (asJson) printJson(stores.entries());
    else print(exportLines(stores.entries()));
    process.stderr.write(`\nThe stores are up (${stores.dataDir.storesFile}). Ctrl-C stops them.\n`);
    await interruption.requested;
  } finally {
    await stores.stop();
  }
  process.stderr.write('Stopped.\n');
}

await runCommand<{ json?: true }>({
  script: 'stores:up',
  description:
    'Starts the stores that have no URL and keeps them running. Ctrl-C stops them; the data stays.',
  configure: (command) =>
    command.option('--json', 'print what stores.json holds, on one line, instead of export lines'),
  run: ({ json = false }) => storesUp(json, new Interruption()),
});
