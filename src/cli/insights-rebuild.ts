import { createApp } from '../app.setup.js';
import { Config } from '../config/config.js';
import { Reconciliation } from '../flows/reconciliation/reconciliation.js';
import { STORE_NAMES } from '../stores/embedded/index.js';
import { EXIT_FAILURE, print, printJson, runCommand } from './run-command.js';
import { plural } from './terminal/table.js';
import { withConfig } from './terminal/with-config.js';

const CHECK = 'insights';

interface Options {
  json?: true;
}

/** Counts the records of every person, and corrects the days and totals that differ. */
async function rebuild(config: Config): Promise<{ counted: number; changed: number; remaining: number }> {
  const app = await createApp(new Config({ ...config, logLevel: 'silent', processRole: 'api' }));
  try {
    const { checks, remaining } = await app
      .get(Reconciliation, { strict: false })
      .verify({ only: [CHECK], isRepair: true, detailLimit: 0 });
    const [check] = checks;
    return { counted: check?.compared ?? 0, changed: check?.repaired ?? 0, remaining };
  } finally {
    await app.close();
  }
}

await runCommand<Options>({
  script: 'insights:rebuild',
  description:
    'Counts journal entries, moods and focus sessions again, and sets daily_activity_logs and user_analytics.',
  configure: (command) => command.option('--json', 'print the result as one line of JSON'),
  run: async ({ json }) => {
    const result = await withConfig(STORE_NAMES, rebuild);
    if (json) printJson(result);
    else
      print(
        `${plural(result.counted, 'day and total', 'days and totals')} counted, ${result.changed} changed.`,
      );
    return result.remaining === 0 ? 0 : EXIT_FAILURE;
  },
});
