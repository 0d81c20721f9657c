import { STORE_NAMES } from '../stores/embedded/index.js';
import { runSeed } from './demo/run-seed.js';
import { runCommand } from './run-command.js';
import { CommandFailed } from './terminal/explained.js';
import { withConfig } from './terminal/with-config.js';

interface Options {
  json: boolean;
  yes: boolean;
}

await runCommand<Options>({
  script: 'db:seed',
  description:
    'Makes the demo organisation, its owner and an API key, where they are missing, and prints them.',
  configure: (command) =>
    command
      .option('--json', 'print the result as one line of JSON', false)
      .option('--yes', 'seed in production, too: an administrator whose password everybody knows', false),
  run: ({ json, yes }) =>
    withConfig(STORE_NAMES, async (config) => {
      if (config.environment === 'production' && !yes) {
        throw new CommandFailed(
          'The demonstration data is not for production.',
          'NODE_ENV is production; everybody knows the password of the demo administrator',
          ['to do it all the same, add --yes'],
        );
      }
      await runSeed(config, { json });
    }),
});
