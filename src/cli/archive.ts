import { createApp } from '../app.setup.js';
import { Config } from '../config/config.js';
import { Archive, type ArchiveResult } from '../flows/archive/archive.js';
import { STORE_NAMES } from '../stores/embedded/index.js';
import { print, printJson, runCommand } from './run-command.js';
import { plural } from './terminal/table.js';
import { withConfig } from './terminal/with-config.js';

interface Options {
  json?: true;
}

async function archive(config: Config): Promise<ArchiveResult> {
  const app = await createApp(new Config({ ...config, logLevel: 'error', processRole: 'api' }));
  try {
    return await app.get(Archive, { strict: false }).run();
  } finally {
    await app.close();
  }
}

await runCommand<Options>({
  script: 'archive',
  description:
    'Writes events and request logs that are beyond their retention to ARCHIVE_DIR and removes them. The service does the same every hour.',
  configure: (command) => command.option('--json', 'print the result as one line of JSON'),
  run: async ({ json }) => {
    const result = await withConfig(STORE_NAMES, archive);
    if (json) return printJson(result);
    const removed = Object.entries(result.removed).map(([name, count]) => `${count} of ${name}`);
    print(`${plural(result.files, 'file')} written; removed: ${removed.join(', ') || 'nothing'}.`);
  },
});
